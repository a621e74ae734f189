import VolumeModel

/// Where the voxels of the slices of a volume lie, for slices along any axis.
struct SliceLayout: Sendable {
  let axis: GibbsUnringing.SliceAxis
  /// Voxels in a row of a slice.
  let columns: Int
  /// Rows of a slice.
  let rows: Int
  let slices: Int
  private let columnStep: Int
  private let rowStep: Int
  private let sliceStep: Int

  /// Lays slices out; `.auto` is taken as `.z`.
  init(of volume: Volume, axis: GibbsUnringing.SliceAxis) {
    let counts = volume.dimensions
    let steps = [1, counts.x, counts.x * counts.y]
    let order =
      switch axis {
      case .x: [1, 2, 0]
      case .y: [0, 2, 1]
      case .z, .auto: [0, 1, 2]
      }
    self.axis = axis
    (columns, rows, slices) = (counts[order[0]], counts[order[1]], counts[order[2]])
    (columnStep, rowStep, sliceStep) = (steps[order[0]], steps[order[1]], steps[order[2]])
  }

  /// The voxels of a slice, columns fastest.
  func plane(_ slice: Int, of voxels: [Float]) -> [Float] {
    var plane = [Float](repeating: 0, count: columns * rows)
    for row in 0..<rows {
      let start = slice * sliceStep + row * rowStep
      for column in 0..<columns {
        plane[row * columns + column] = voxels[start + column * columnStep]
      }
    }
    return plane
  }

  /// Adds a change to a slice; where the volume holds magnitudes, the sum stays at 0 or above.
  func add(_ change: [Float], to slice: Int, of voxels: inout [Float], isMagnitude: Bool) {
    for row in 0..<rows {
      let start = slice * sliceStep + row * rowStep
      for column in 0..<columns {
        let i = start + column * columnStep
        let sum = voxels[i] + change[row * columns + column]
        voxels[i] = isMagnitude ? max(0, sum) : sum
      }
    }
  }
}
