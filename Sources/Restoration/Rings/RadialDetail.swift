import RestorationKernels

/// What is finer along the radius than rings are wide.
///
/// A running median passes every edge, whatever circle it lies on: only what rises and falls within
/// half its window is left over. So steps of the object leave nothing, even round about the centre.
struct RadialDetail {
  /// Samples on either side in the median's window.
  let reach: Int
  /// The greatest detail, in the volume's unit, that may be a ring.
  private let limit: Float
  /// By how much the median may differ nearby: beside strong edges, detail is their own.
  private var flatness: Float { 4 * limit }

  init(width: Double, limit: Double) {
    reach = Int((width * Double(PolarGrid.density)).rounded())
    self.limit = Float(limit)
  }

  /// Replaces the samples of one direction by their detail, NaN where nothing can be said.
  ///
  /// - Returns: The samples without their detail.
  func separate(_ line: inout [Float]) -> [Float] {
    let smooth = runningMedian(line)
    let near = 2 * reach + 1
    for i in line.indices {
      let window = max(0, i - near)...min(line.count - 1, i + near)
      var (least, most) = (smooth[i], smooth[i])
      for j in window {
        least = min(least, smooth[j])
        most = max(most, smooth[j])
      }
      let detail = line[i] - smooth[i]
      line[i] = abs(detail) <= limit && most - least <= flatness ? detail : .nan
    }
    return smooth
  }

  private func runningMedian(_ line: [Float]) -> [Float] {
    let count = line.count
    var window: [Float] = (-reach...reach).map { line[mirrored($0, count: count)] }.sorted()
    var medians = [Float](repeating: 0, count: count)
    for i in 0..<count {
      medians[i] = window[reach]
      let old = line[mirrored(i - reach, count: count)]
      let new = line[mirrored(i + reach + 1, count: count)]
      replace(old, by: new, in: &window)
    }
    return medians
  }

  /// Keeps a sorted window sorted.
  private func replace(_ old: Float, by new: Float, in window: inout [Float]) {
    var place = window.firstIndex(of: old) ?? 0
    while place + 1 < window.count, window[place + 1] < new {
      window[place] = window[place + 1]
      place += 1
    }
    while place > 0, window[place - 1] > new {
      window[place] = window[place - 1]
      place -= 1
    }
    window[place] = new
  }
}
