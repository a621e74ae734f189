internal import Foundation
internal import ScanModel
internal import VolumeModel

extension StackBuilder {
  /// The map from voxels to LPS mm (PS3.3 C.7.6.2.1.1), its z step from the first position to the
  /// last: a tilted gantry makes a sheared grid.
  func voxelToPatient() -> Affine3? {
    guard let first = members.first, let last = members.last,
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

  /// The angle between the slices' normal and the way from slice to slice, in degrees; nil where
  /// there is none.
  func tilt(_ grid: Affine3?) -> Double? {
    guard let grid, members.count > 1, let axes = members.first?.axes else { return nil }
    let cosine = min(1, abs(dot(grid.z, axes.normal)) / length(grid.z))
    // Half a degree moves a slice by less than 1 % of its distance.
    return cosine < 0.99996 ? acos(cosine) * 180 / .pi : nil
  }

  /// Whether slices follow each other at one distance, to a tenth of it.
  var isEvenlySpaced: Bool {
    guard let normal = members.first?.axes?.normal else { return true }
    let places = members.compactMap { $0.position.map { dot($0, normal) } }
    let steps = zip(places, places.dropFirst()).map { $1 - $0 }
    guard let least = steps.min(), let most = steps.max() else { return true }
    return least >= 0.9 * most
  }

  /// Where the scanner turned, as indices of column and row of each slice; empty unless all say so.
  func scanCenters() -> [SIMD2<Double>] {
    let centers = members.compactMap { member -> SIMD2<Double>? in
      guard let center = member.instance.scanCenter, let spacing = member.pixelSpacing,
        let position = member.position, let axes = member.axes
      else { return nil }
      let way = center - position
      return SIMD2(dot(way, axes.row), dot(way, axes.column)) / spacing
    }
    return centers.count == members.count ? centers : []
  }

  /// What the grid leaves unsaid: a tilt.
  func gridWarnings(_ grid: Affine3?) -> [String] {
    guard let tilt = tilt(grid) else { return [] }
    let tenths = Int((tilt * 10).rounded())
    return [
      "The slices are sheared by \(tenths / 10).\(tenths % 10) degrees against their normal "
        + "(tilted gantry)."
    ]
  }
}

extension StackMember {
  /// Where the centre of the first voxel lies, in mm.
  fileprivate var position: SIMD3<Double>? {
    imagePosition.map { [$0[0], $0[1], $0[2]] }
  }

  /// Unit vectors along a row, along a column, and across both.
  fileprivate var axes: (row: SIMD3<Double>, column: SIMD3<Double>, normal: SIMD3<Double>)? {
    guard let cosines = imageOrientation else { return nil }
    let row = SIMD3(cosines[0], cosines[1], cosines[2])
    let column = SIMD3(cosines[3], cosines[4], cosines[5])
    let normal = cross(row, column)
    guard length(normal) > 0.5, length(normal) < 2 else { return nil }
    return (row, column, normal / length(normal))
  }
}
