/// How the slices of a level are worked through a few at a time.
///
/// A slice of the result needs the coefficients of as many slices as the filter reaches, and takes
/// the place of the samples that no later coefficient needs. So no more slices of coefficients are
/// held than one batch and the filter's reach.
package struct SliceBatches: Sendable {
  /// Slices of coefficients to make, and slices of samples that are then complete.
  package struct Batch: Sendable {
    package let coefficients: Range<Int>
    package let samples: Range<Int>
  }

  /// The batches, in order.
  package let batches: [Batch]
  /// The most slices of coefficients that are held at once.
  package let capacity: Int

  /// Plans the batches.
  ///
  /// - Parameters:
  ///   - sources: For each coefficient the samples under its taps.
  ///   - count: Slices of samples.
  ///   - batch: Slices of coefficients to make at a time, at least 1.
  package init(sources: [[Int]], count: Int, batch: Int) {
    let reach = sources.count - count
    // The first sample that this coefficient or a later one needs; where the samples go on with
    // their beginning that is 0 to the end, and nothing is replaced before.
    var needed = [Int](repeating: count, count: sources.count + 1)
    for o in sources.indices.reversed() {
      needed[o] = min(needed[o + 1], sources[o].min() ?? count)
    }
    var (batches, made, written, capacity) = ([Batch](), 0, 0, 0)
    while made < sources.count {
      let end = min(made + batch, sources.count)
      let complete = max(written, min(end - reach, needed[end]))
      capacity = max(capacity, end - written)
      batches.append(Batch(coefficients: made..<end, samples: written..<complete))
      (made, written) = (end, complete)
    }
    self.batches = batches
    self.capacity = capacity
  }
}
