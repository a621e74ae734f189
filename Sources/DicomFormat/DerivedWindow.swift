import VolumeModel

/// How display windows follow a change of the value range.
///
/// Windows stay as they are while the bulk of the values does (1st and 99th percentile, to a tenth
/// of their distance); a CT in HU keeps its windows whatever was removed. Otherwise
/// they are mapped as the percentiles are, which keeps the look.
struct DerivedWindow: Sendable, Equatable {
  /// New value = `slope` × old value + `intercept`, for a window's centre.
  var slope: Double
  var intercept: Double
  /// The window that shows the bulk of the new values.
  var center: Double
  var width: Double

  /// The mapping, or nil when windows stay.
  init?(stack: DicomStack, restored: Volume, presentation: Bool) {
    if stack.unit == .hounsfield && !presentation { return nil }
    guard
      let before = Self.bulk(stack.volume, excluded: stack.excluded),
      let after = Self.bulk(
        restored, excluded: restored.dimensions == stack.volume.dimensions ? stack.excluded : nil)
    else { return nil }
    let span = before.upperBound - before.lowerBound
    let isKept =
      abs(after.lowerBound - before.lowerBound) <= 0.1 * span
      && abs(after.upperBound - before.upperBound) <= 0.1 * span
    if isKept && !presentation { return nil }
    slope = span > 0 ? (after.upperBound - after.lowerBound) / span : 1
    intercept = after.lowerBound - slope * before.lowerBound
    center = (after.lowerBound + after.upperBound) / 2
    width = max(after.upperBound - after.lowerBound, 1)
  }

  /// The 1st and 99th percentile of some hundred thousand values at a fixed stride.
  private static func bulk(_ volume: Volume, excluded: Mask?) -> ClosedRange<Double>? {
    let count = volume.voxels.count
    // Odd, so that it does not walk down one column.
    let step = max(1, count / 100_000) | 1
    var sample: [Float] = []
    sample.reserveCapacity(count / step + 1)
    for index in stride(from: 0, to: count, by: step) {
      if let excluded, excluded[index] { continue }
      let value = volume.voxels[index]
      if value.isFinite { sample.append(value) }
    }
    guard !sample.isEmpty else { return nil }
    sample.sort()
    let last = Double(sample.count - 1)
    return Double(sample[Int(last * 0.01)])...Double(sample[Int(last * 0.99)])
  }
}
