/// A grid that covers the field of view of another.
public struct ResamplingGrid: Sendable, Equatable {
  /// Voxel counts along x, y and z.
  public let dimensions: SIMD3<Int>
  /// Distances between voxel centres along x, y and z, in mm.
  public let spacing: SIMD3<Double>
  /// Where the centre of the first voxel lies, in voxels of the source from its first voxel.
  ///
  /// The position of voxel (i, j, k) in voxels of the source is
  /// `originShift + (i, j, k) * step`, so that with the source's affine A = [C | o] the result's is
  /// [C · diag(step) | o + C · originShift].
  public let originShift: SIMD3<Double>
  /// Distance between voxels of the result, in voxels of the source.
  public let step: SIMD3<Double>

  /// Voxels in all.
  var count: Int { dimensions.x * dimensions.y * dimensions.z }
}
