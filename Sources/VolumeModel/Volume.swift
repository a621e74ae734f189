/// A dense scalar volume, x fastest, with its voxel spacing.
///
/// A planar image is a volume of one slice.
public struct Volume: Sendable, Equatable {
  /// Voxel counts along x, y and z.
  public let dimensions: SIMD3<Int>
  /// Distances between voxel centres along x, y and z, in mm.
  public var voxelSpacing: SIMD3<Double>
  /// Voxel values, `dimensions.x * dimensions.y * dimensions.z` of them.
  public var voxels: [Float]

  /// Creates a volume from its voxels.
  ///
  /// - Parameters:
  ///   - dimensions: Voxel counts along x, y and z, each at least 1.
  ///   - voxelSpacing: mm along x, y and z.
  ///   - voxels: Values, x fastest; their count is the product of `dimensions`.
  public init(
    dimensions: SIMD3<Int>, voxelSpacing: SIMD3<Double> = [1, 1, 1], voxels: [Float]
  ) {
    precondition(dimensions.min() > 0, "a volume needs at least one voxel along every axis")
    precondition(
      voxels.count == dimensions.x * dimensions.y * dimensions.z,
      "the voxels do not fill the dimensions")
    self.dimensions = dimensions
    self.voxelSpacing = voxelSpacing
    self.voxels = voxels
  }

  /// Creates a volume filled with one value.
  public init(
    dimensions: SIMD3<Int>, voxelSpacing: SIMD3<Double> = [1, 1, 1], repeating value: Float
  ) {
    self.init(
      dimensions: dimensions, voxelSpacing: voxelSpacing,
      voxels: Array(repeating: value, count: dimensions.x * dimensions.y * dimensions.z))
  }

  /// Voxels in one slice.
  public var planeCount: Int { dimensions.x * dimensions.y }

  /// Whether the volume has a single slice.
  public var isPlanar: Bool { dimensions.z == 1 }

  /// The position in `voxels` of the voxel at (x, y, z).
  public func index(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (z * dimensions.y + y) * dimensions.x + x
  }

  /// The voxel at (x, y, z).
  public subscript(x: Int, y: Int, z: Int) -> Float {
    get { voxels[index(x, y, z)] }
    set { voxels[index(x, y, z)] = newValue }
  }

  /// The same grid with other voxels.
  public func replacingVoxels(_ voxels: [Float]) -> Volume {
    Volume(dimensions: dimensions, voxelSpacing: voxelSpacing, voxels: voxels)
  }
}
