import VolumeModel

extension Affine3 {
  /// How much space one voxel takes, negative for a left-handed grid, in mm³.
  var voxelVolume: Double { dot(x, cross(y, z)) }

  /// Whether the three steps are finite and do not lie in a plane.
  var spansSpace: Bool {
    let lengths = spacing
    let largest = lengths.x * lengths.y * lengths.z
    return largest.isFinite && largest > 0 && abs(voxelVolume) > 1e-9 * largest
  }

  /// The map back, from patient space to voxel indices; the steps must span space.
  var patientToVoxel: Affine3 {
    let volume = voxelVolume
    let rows = (cross(y, z) / volume, cross(z, x) / volume, cross(x, y) / volume)
    let inverse = Affine3(
      x: [rows.0.x, rows.1.x, rows.2.x], y: [rows.0.y, rows.1.y, rows.2.y],
      z: [rows.0.z, rows.1.z, rows.2.z], origin: [0, 0, 0])
    return inverse.moved(to: -inverse.position(of: origin))
  }

  /// The map that does `first`, then this one.
  func after(_ first: Affine3) -> Affine3 {
    Affine3(
      x: direction(first.x), y: direction(first.y), z: direction(first.z),
      origin: position(of: first.origin))
  }

  /// The same steps from another origin.
  private func moved(to origin: SIMD3<Double>) -> Affine3 {
    Affine3(x: x, y: y, z: z, origin: origin)
  }

  private func direction(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    x * vector.x + y * vector.y + z * vector.z
  }
}
