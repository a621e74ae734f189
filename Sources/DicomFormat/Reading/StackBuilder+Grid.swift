internal import ScanModel
internal import VolumeModel

extension StackBuilder {
  /// The map from voxels to LPS mm (PS3.3 C.7.6.2.1.1), its z step from the first position to the
  /// last: a tilted gantry makes a sheared grid.
  func voxelToPatient() -> Affine3? {
    guard let first = members.first?.instance, let last = members.last?.instance,
      let spacing = first.pixelSpacing, let origin = first.position, let end = last.position,
      let axes = first.axes
    else { return nil }
    let step =
      members.count > 1
      ? (end - origin) / Double(members.count - 1)
      : axes.normal * (first.sliceThickness ?? 1)
    // Slices at one place, or with positions that do not advance, span no grid.
    guard length(step) > 0 else { return nil }
    return Affine3(
      x: axes.row * spacing.x, y: axes.column * spacing.y, z: step, origin: origin)
  }

  /// What the grid leaves unsaid: a tilt.
  func gridWarnings(_ grid: Affine3?) -> [String] {
    guard let grid, members.count > 1, let axes = members.first?.instance.axes else { return [] }
    let cosine = min(1, abs(dot(grid.z, axes.normal)) / length(grid.z))
    // Half a degree moves a slice by less than 1 % of its distance.
    guard cosine < 0.99996 else { return [] }
    return ["The slices are sheared against their normal (tilted gantry)."]
  }
}

extension DicomInstance {
  /// Where the centre of the first voxel lies, in mm.
  fileprivate var position: SIMD3<Double>? {
    facts.dicom?.imagePosition.map { [$0[0], $0[1], $0[2]] }
  }

  /// Unit vectors along a row, along a column, and across both.
  fileprivate var axes: (row: SIMD3<Double>, column: SIMD3<Double>, normal: SIMD3<Double>)? {
    guard let cosines = facts.dicom?.imageOrientation else { return nil }
    let row = SIMD3(cosines[0], cosines[1], cosines[2])
    let column = SIMD3(cosines[3], cosines[4], cosines[5])
    let normal = cross(row, column)
    guard length(normal) > 0.5, length(normal) < 2 else { return nil }
    return (row, column, normal / length(normal))
  }
}
