/// A choice of voxels of a volume.
public struct Mask: Sendable, Equatable {
  /// Voxel counts along x, y and z.
  public let dimensions: SIMD3<Int>
  /// One byte a voxel, x fastest: 1 where chosen, else 0.
  public var bits: [UInt8]

  /// Creates a mask from its bytes, each 0 or 1.
  public init(dimensions: SIMD3<Int>, bits: [UInt8]) {
    precondition(
      bits.count == dimensions.x * dimensions.y * dimensions.z,
      "the bits do not fill the dimensions")
    self.dimensions = dimensions
    self.bits = bits
  }

  /// Creates a mask that chooses every voxel or none.
  public init(dimensions: SIMD3<Int>, repeating chosen: Bool) {
    self.init(
      dimensions: dimensions,
      bits: Array(repeating: chosen ? 1 : 0, count: dimensions.x * dimensions.y * dimensions.z))
  }

  /// How many voxels are chosen.
  public var count: Int { bits.reduce(0) { $0 &+ Int($1) } }

  /// Whether the voxel at a position of `bits` is chosen.
  public subscript(index: Int) -> Bool {
    get { bits[index] != 0 }
    set { bits[index] = newValue ? 1 : 0 }
  }
}
