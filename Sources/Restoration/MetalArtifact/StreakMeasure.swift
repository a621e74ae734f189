/// How strong streaks are in the soft tissue of a slice.
///
/// Both numbers hold anatomy and noise too, so they only compare two versions of one slice, on the
/// same voxels and after the same resampling.
struct StreakMeasure: Sendable {
  /// Mean length of the gradient, in HU per voxel: fine streaks.
  let gradient: Double
  /// Standard deviation of the smoothed slice, in HU: broad bands and shadows.
  let spread: Double

  /// Measures a slice, columns fastest.
  init(of plane: [Float], columns: Int, softTissue: [Bool]) {
    gradient = Self.gradient(plane, columns, softTissue)
    spread = Self.spread(PlaneSmoothing.gaussian(plane, columns: columns, sigma: 1), softTissue)
  }

  private static func gradient(_ plane: [Float], _ columns: Int, _ softTissue: [Bool]) -> Double {
    var sum = 0.0
    var count = 0
    for row in 0..<(plane.count / columns - 1) {
      for i in (row * columns)..<(row * columns + columns - 1) {
        guard softTissue[i], softTissue[i + 1], softTissue[i + columns] else { continue }
        let across = Double(plane[i + 1] - plane[i])
        let down = Double(plane[i + columns] - plane[i])
        sum += (across * across + down * down).squareRoot()
        count += 1
      }
    }
    return count > 0 ? sum / Double(count) : 0
  }

  private static func spread(_ plane: [Float], _ softTissue: [Bool]) -> Double {
    var sum = 0.0
    var squares = 0.0
    var count = 0.0
    for i in plane.indices where softTissue[i] {
      sum += Double(plane[i])
      squares += Double(plane[i]) * Double(plane[i])
      count += 1
    }
    guard count > 0 else { return 0 }
    let mean = sum / count
    return max(0, squares / count - mean * mean).squareRoot()
  }
}
