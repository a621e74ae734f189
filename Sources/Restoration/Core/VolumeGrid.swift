public import VolumeModel

/// The grid of a volume without its voxels: what is known of a scan before it is read.
public struct VolumeGrid: Sendable, Equatable {
  /// Voxel counts along x, y and z, each at least 1.
  ///
  /// They come out of a header that anybody may have written, so their product is not taken as a
  /// whole number.
  public var dimensions: SIMD3<Int>
  /// mm between voxel centres along x, y and z.
  public var voxelSpacing: SIMD3<Double>

  /// No axis of any scan is that long; what says so is taken for this, and fits nowhere.
  private static let longest = 1 << 40

  /// Creates a grid; counts below 1 are taken for 1, and those above 2⁴⁰ for that.
  public init(dimensions: SIMD3<Int>, voxelSpacing: SIMD3<Double> = [1, 1, 1]) {
    self.dimensions = dimensions.replacing(with: 1, where: dimensions .< 1)
      .replacing(with: Self.longest, where: dimensions .> Self.longest)
    self.voxelSpacing = voxelSpacing
  }

  /// The grid of a volume.
  public init(_ volume: Volume) {
    self.init(dimensions: volume.dimensions, voxelSpacing: volume.voxelSpacing)
  }

  /// How many voxels it has.
  public var voxelCount: Double {
    Double(dimensions.x) * Double(dimensions.y) * Double(dimensions.z)
  }

  /// How many voxels a slice has.
  public var planeCount: Double { Double(dimensions.x) * Double(dimensions.y) }

  /// Bytes of its voxels as `Float`.
  public var floatBytes: Double { 4 * voxelCount }
}
