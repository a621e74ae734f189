/// Medians of small windows of odd size, some voxels of a row at a time, by forgetting.
///
/// Of a little more than half of the window's values, neither the smallest nor the largest can be
/// the median: both are dropped and one more value taken in, until three are left.
///
///     hold the first n / 2 + 2 values (rounded down)
///     repeat: bring the smallest to the front and the largest to the back; drop both;
///             take in the next value
///
/// - SeeAlso: Paeth, Graphics Gems, 1990, for 3 by 3.
package struct MedianRow: ~Copyable {
  private let held: UnsafeMutablePointer<WideLanes>
  private let size: Int

  /// Reserves the scratch for windows of `size` values, odd and at least 3.
  package init(size: Int) {
    self.size = size
    held = .allocate(capacity: size)
    held.initialize(repeating: WideLanes(repeating: 0), count: size)
  }

  deinit { held.deallocate() }

  /// Filters a row.
  ///
  /// - Parameters:
  ///   - image: The volume with a rim that holds the window.
  ///   - starts: For each place in the window, the position in `image` for the row's first voxel.
  ///   - output: Receives the medians.
  ///   - target: Where in `output` the first goes.
  ///   - count: Voxels of the row.
  package func filter(
    _ image: PaddedVolume, starts: [Int], into output: inout MutableSpan<Float>, at target: Int,
    count: Int
  ) {
    image.voxels.withUnsafeBufferPointer { voxels in
      guard let voxels = voxels.baseAddress else { return }
      output.withUnsafeMutableBufferPointer { output in
        guard let output = output.baseAddress else { return }
        let width = WideLanes.scalarCount
        let tail = count / width * width
        for i in stride(from: 0, to: tail, by: width) {
          (output + target).store(median(voxels + i, starts), at: i)
        }
        guard tail < count else { return }
        let medians = median(voxels + tail, starts)
        for i in tail..<count { output[target + i] = medians[i - tail] }
      }
    }
  }

  private func median(_ voxels: UnsafePointer<Float>, _ starts: [Int]) -> WideLanes {
    let initial = size / 2 + 2
    for place in 0..<initial { held[place] = voxels.wideLanes(at: starts[place]) }
    var (first, last) = (0, initial - 1)
    for place in initial..<size {
      separateExtremes(first, last)
      first += 1
      held[last] = voxels.wideLanes(at: starts[place])
    }
    separateExtremes(first, last)
    return held[first + 1]
  }

  /// Brings the smallest value to the front and the largest to the back.
  @inline(__always) private func separateExtremes(_ first: Int, _ last: Int) {
    let half = (last - first + 1) / 2
    for i in 0..<half { exchange(first + i, last - i) }
    // Now the smallest is in the front half, the largest in the back half; a middle one is in both.
    var (smallest, largest) = (held[first], held[last])
    for i in stride(from: 1, to: last - first + 1 - half, by: 1) {
      let (front, back) = (held[first + i], held[last - i])
      held[first + i] = front.larger(smallest)
      smallest = front.smaller(smallest)
      // Where both are the same place, it now holds the larger; the front has had its smaller.
      let other = first + i == last - i ? held[last - i] : back
      held[last - i] = other.smaller(largest)
      largest = other.larger(largest)
    }
    held[first] = smallest
    held[last] = largest
  }

  @inline(__always) private func exchange(_ a: Int, _ b: Int) {
    let (x, y) = (held[a], held[b])
    held[a] = x.smaller(y)
    held[b] = y.larger(x)
  }
}
