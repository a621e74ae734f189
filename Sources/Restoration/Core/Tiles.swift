package import RestorationKernels
import Synchronization
import VolumeModel

/// A volume cut into boxes that a core can keep in its own cache, each filled by itself.
///
/// The cut depends on the arguments alone, so results do not depend on the number of cores.
package struct Tiles {
  /// The boxes: each voxel lies in one of them.
  package let boxes: [VoxelBox]
  private let dimensions: SIMD3<Int>

  /// Cuts a volume into boxes of at most `size` voxels along each axis, of nearly equal sides.
  package init(of dimensions: SIMD3<Int>, size: SIMD3<Int>) {
    self.dimensions = dimensions
    func cut(_ axis: Int) -> [Range<Int>] {
      slabs(
        of: dimensions[axis], parts: (dimensions[axis] + size[axis] - 1) / max(1, size[axis]))
    }
    boxes = cut(2).flatMap { z in
      cut(1).flatMap { y in cut(0).map { x in VoxelBox(x: x, y: y, z: z) } }
    }
  }

  /// Fills the boxes, each by `body` on whatever core is free.
  ///
  /// What is held beside the result is one box a core.
  ///
  /// - Parameters:
  ///   - work: Told of every box done and asked before each.
  ///   - body: Given a box and its voxels to fill, x fastest.
  /// - Returns: The voxels of a volume of these dimensions.
  /// - Throws: `CancellationError`.
  package func fill(
    work: Work, _ body: @Sendable (VoxelBox, inout MutableSpan<Float>) -> Void
  ) throws -> [Float] {
    let done = Atomic<Int>(0)
    let boxes = boxes
    let voxels = filledArray(dimensions.x * dimensions.y * dimensions.z) { voxels in
      // The boxes are disjoint, so no two threads touch the same voxel.
      nonisolated(unsafe) let target = voxels
      concurrently(boxes.count) { part in
        guard (try? work.checkCancellation()) != nil else { return }  // Thrown below.
        let box = boxes[part]
        var filled = [Float](repeating: 0, count: box.count)
        var elements = filled.mutableSpan
        body(box, &elements)
        place(filled, of: box, in: target)
        let count = done.add(1, ordering: .relaxed).newValue
        work.note(Double(count) / Double(boxes.count))
      }
    }
    try work.checkCancellation()
    return voxels
  }

  /// Brings the voxels of a box to their places in the volume.
  private func place(
    _ filled: [Float], of box: VoxelBox, in voxels: UnsafeMutablePointer<Float>
  ) {
    filled.withUnsafeBufferPointer { filled in
      guard var source = filled.baseAddress else { return }
      for z in box.z {
        for y in box.y {
          let first = (z * dimensions.y + y) * dimensions.x + box.x.lowerBound
          (voxels + first).update(from: source, count: box.x.count)
          source += box.x.count
        }
      }
    }
  }
}
