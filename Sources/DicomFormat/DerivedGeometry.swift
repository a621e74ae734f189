import VolumeModel

/// The place of one plane on a grid that is no longer its source's.
struct DerivedGeometry: Sendable {
  /// Voxel counts of the plane.
  var rows: Int
  var columns: Int
  /// mm along x, y and z.
  var voxelSpacing: SIMD3<Double>
  /// mm, where the instance says where it lies.
  var position: SIMD3<Double>?
  /// Unit vectors along a row and along a column.
  var orientation: (row: SIMD3<Double>, column: SIMD3<Double>)?
  /// New voxels a source voxel, along x and y: scales what is given per pixel.
  var spacingRatio: SIMD2<Double>
  /// Planes in the result.
  var planeCount: Int

  /// Describes plane `index` of a resampled volume.
  init(restored: Volume, voxelToPatient: Affine3?, index: Int, source: Volume) {
    rows = restored.dimensions.y
    columns = restored.dimensions.x
    voxelSpacing = voxelToPatient?.spacing ?? restored.voxelSpacing
    planeCount = restored.dimensions.z
    if let affine = voxelToPatient {
      position = affine.position(of: [0, 0, Double(index)])
      let spacing = affine.spacing
      orientation = (affine.x / spacing.x, affine.y / spacing.y)
    }
    spacingRatio = [
      voxelSpacing.x / source.voxelSpacing.x, voxelSpacing.y / source.voxelSpacing.y,
    ]
  }

  /// Whether two grids are known to put any voxel more than a micrometre apart.
  static func differ(_ a: Affine3?, _ b: Affine3?, dimensions: SIMD3<Int>) -> Bool {
    guard let a, let b else { return false }
    let last = SIMD3<Double>(dimensions &- 1)
    return [SIMD3<Double>(0, 0, 0), [last.x, 0, 0], [0, last.y, 0], [0, 0, last.z]].contains {
      length(a.position(of: $0) - b.position(of: $0)) > 1e-3
    }
  }

  /// The source plane nearest to a plane of the result.
  static func nearestSource(
    to index: Int, restored: Volume, voxelToPatient: Affine3?, stack: DicomStack
  ) -> Int {
    let count = stack.slices.count
    if let source = stack.voxelToPatient, let affine = voxelToPatient {
      let middle = SIMD3<Double>(restored.dimensions &- 1) / 2
      let point = affine.position(of: [middle.x, middle.y, Double(index)])
      let normal = cross(source.x, source.y)
      let step = dot(source.z, normal)
      if step != 0 {
        let place = (dot(point - source.origin, normal) / step).rounded()
        return place.isFinite ? Int(min(max(place, 0), Double(count - 1))) : 0
      }
    }
    return min(count - 1, (2 * index + 1) * count / (2 * restored.dimensions.z))
  }
}
