/// Whether a CT slice shows metal.
///
/// Metal lies above 2,500 HU (the usual threshold of metal artifact reduction), but a scanner that
/// stores 12 bits cuts it off at 3,071 HU or wherever its scale ends; there it makes a plateau. Bone
/// and enamel seldom pass 2,300 HU and then only in single pixels, so several must lie together.
public enum MetalPresence {
  /// The least modality value of metal, in HU.
  public static let thresholdHU: Float = 2500
  /// How far around a metal pixel its blurred edge still counts as connected, in HU.
  package static let edgeHU: Float = 2000
  /// Fewer pixels than this in one piece are noise or enamel.
  package static let leastPixels = 5

  /// Tells whether a slice holds a connected piece of metal.
  ///
  /// - Parameters:
  ///   - hounsfield: One slice in HU, row by row; NaN counts as no metal.
  ///   - columns: Pixels in a row; `hounsfield.count` is a multiple of it.
  ///   - clippedAt: The largest HU that the slice can store, if values were cut off there; nil when
  ///     the scale goes on.
  /// - Returns: Whether at least five pixels above the threshold belong to one piece above
  ///   2,000 HU, neighbours over corners included.
  /// - Complexity: O(pixels).
  public static func isPresent(
    hounsfield: [Float], columns: Int, clippedAt: Float? = nil
  ) -> Bool {
    guard columns > 0, hounsfield.count >= leastPixels, hounsfield.count % columns == 0 else {
      return false
    }
    // A scale that ends below the threshold can only show metal as its plateau.
    let threshold = min(thresholdHU, clippedAt.map { $0 - 1 } ?? thresholdHU)
    guard hounsfield.count(where: { $0 > threshold }) >= leastPixels else { return false }
    var visited = [Bool](repeating: false, count: hounsfield.count)
    for start in hounsfield.indices where hounsfield[start] > threshold && !visited[start] {
      let found = pixelsAbove(
        threshold, around: start, in: hounsfield, columns: columns, visited: &visited)
      if found >= leastPixels { return true }
    }
    return false
  }

  /// Counts the pixels above the threshold in the piece above the edge that holds `start`.
  private static func pixelsAbove(
    _ threshold: Float, around start: Int, in hounsfield: [Float], columns: Int,
    visited: inout [Bool]
  ) -> Int {
    let edge = min(edgeHU, threshold)
    let rows = hounsfield.count / columns
    var found = 0
    var pending = [start]
    visited[start] = true
    while let index = pending.popLast() {
      if hounsfield[index] > threshold { found += 1 }
      let (row, column) = (index / columns, index % columns)
      for y in max(0, row - 1)...min(rows - 1, row + 1) {
        for x in max(0, column - 1)...min(columns - 1, column + 1) {
          let next = y * columns + x
          guard !visited[next], hounsfield[next] >= edge else { continue }
          visited[next] = true
          pending.append(next)
        }
      }
    }
    return found
  }
}
