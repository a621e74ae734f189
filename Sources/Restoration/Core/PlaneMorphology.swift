/// Growing of choices of voxels in single planes.
enum PlaneMorphology {
  /// Adds the four neighbours of each chosen voxel, several times.
  static func dilated(_ bits: [UInt8], columns: Int, times: Int = 1) -> [UInt8] {
    var result = bits
    var edge = bits.indices.filter { bits[$0] != 0 }
    for _ in 0..<times {
      var added: [Int] = []
      func add(_ i: Int) {
        guard result[i] == 0 else { return }
        result[i] = 1
        added.append(i)
      }
      for i in edge {
        let column = i % columns
        if column > 0 { add(i - 1) }
        if column + 1 < columns { add(i + 1) }
        if i >= columns { add(i - columns) }
        if i + columns < bits.count { add(i + columns) }
      }
      edge = added
    }
    return result
  }
}
