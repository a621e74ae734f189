/// Growing of choices of voxels in single planes.
enum PlaneMorphology {
  /// Adds the four neighbours of each chosen voxel, several times.
  static func dilated(_ bits: [UInt8], columns: Int, times: Int = 1) -> [UInt8] {
    let rows = bits.count / columns
    var result = bits
    for _ in 0..<times {
      let source = result
      for row in 0..<rows {
        for column in 0..<columns where source[row * columns + column] != 0 {
          let i = row * columns + column
          if column > 0 { result[i - 1] = 1 }
          if column + 1 < columns { result[i + 1] = 1 }
          if row > 0 { result[i - columns] = 1 }
          if row + 1 < rows { result[i + columns] = 1 }
        }
      }
    }
    return result
  }
}
