import RestorationKernels

/// Makes single slices of a level's approximation from the samples, so that it is never held.
///
/// Low passes of several levels along z are one sum of slices; along y and x they follow one after
/// the other.
struct ApproximationSlices: Sendable {
  /// The levels above the approximation, finest first.
  private let stages: [UndecimatedLevel]
  /// For each slice where its terms begin, and what they weigh.
  private let terms: [(offsets: [Int], weights: [Float])]

  /// Plans the slices of the approximation below some levels; of none it is the samples.
  init(below stages: [UndecimatedLevel], of first: UndecimatedLevel) {
    self.stages = stages
    let plane = first.dimensions.x * first.dimensions.y
    let (bank, mode) = (first.shrinker.bank, first.shrinker.method.mode)
    var sums = (0..<first.dimensions.z).map { [$0: 1.0] }
    for (level, stage) in stages.enumerated() {
      let above = sums
      sums = (0..<stage.extended.z).map { slice in
        var sum: [Int: Double] = [:]
        for tap in 0..<bank.length {
          let source = mode.source(of: slice - tap << level, count: stage.dimensions.z)
          for (sample, weight) in above[source] {
            sum[sample, default: 0] += weight * Double(bank.lowDecomposition[tap])
          }
        }
        return sum
      }
    }
    terms = sums.map { sum in
      let ordered = sum.sorted { $0.key < $1.key }
      return (ordered.map { $0.key * plane }, ordered.map { Float($0.value) })
    }
  }

  /// Makes one slice.
  func make(
    _ samples: UnsafePointer<Float>, at slice: Int, into output: UnsafeMutablePointer<Float>
  ) {
    guard let first = stages.first, let last = stages.last else { return }
    let largest = last.extended.x * last.extended.y
    let (offsets, weights) = terms[slice]
    withScratch(2 * largest + 4 * last.extended.x) { room in
      var (from, to) = (room, room + largest)
      let row = room + 2 * largest
      weightedRowSum(
        samples, offsets: offsets, weights: weights, terms: offsets.count, into: from,
        count: first.dimensions.x * first.dimensions.y)
      for stage in stages {
        for y in 0..<stage.extended.y {
          stage.yAxis.splitLow(from, at: y, into: row, count: stage.dimensions.x)
          stage.xAxis.splitRowLow(
            row, room: row + stage.dimensions.x, into: to + y * stage.extended.x)
        }
        swap(&from, &to)
      }
      output.update(from: from, count: largest)
    }
  }
}
