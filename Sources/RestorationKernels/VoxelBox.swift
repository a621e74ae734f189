/// A box of voxels within a volume.
package struct VoxelBox: Sendable, Equatable {
  /// From the first voxel to behind the last along x.
  package let x: Range<Int>
  /// From the first voxel to behind the last along y.
  package let y: Range<Int>
  /// From the first voxel to behind the last along z.
  package let z: Range<Int>

  /// Creates a box from its sides, none empty.
  package init(x: Range<Int>, y: Range<Int>, z: Range<Int>) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// Voxels in the box.
  package var count: Int { x.count * y.count * z.count }
}
