import RestorationKernels
import Synchronization
import VolumeModel

/// A volume cut into boxes that a core can keep in its own cache, each filled by itself.
///
/// The cut depends on the arguments alone, so results do not depend on the number of cores.
struct Tiles {
  /// The boxes, in the order in which their voxels follow each other while they are filled.
  let boxes: [VoxelBox]
  private let dimensions: SIMD3<Int>

  /// Cuts a volume into boxes of at most `size` voxels along each axis, of nearly equal sides.
  init(of dimensions: SIMD3<Int>, size: SIMD3<Int>) {
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
  /// - Parameters:
  ///   - work: Told of every box done and asked before each.
  ///   - body: Given a box and its voxels to fill, x fastest.
  /// - Returns: The voxels of a volume of these dimensions.
  /// - Throws: `CancellationError`.
  func fill(
    work: Work, _ body: @Sendable (VoxelBox, inout MutableSpan<Float>) -> Void
  ) throws -> [Float] {
    var ends = [0]
    for box in boxes { ends.append(ends[ends.count - 1] + box.count) }
    let parts = zip(ends, ends.dropFirst()).map { $0..<$1 }
    var filled = [Float](repeating: 0, count: ends[boxes.count])
    let done = Atomic<Int>(0)
    let boxes = boxes
    fillConcurrently(&filled, parts: parts) { part, voxels in
      guard (try? work.checkCancellation()) != nil else { return }  // Thrown again below.
      body(boxes[part], &voxels)
      let count = done.add(1, ordering: .relaxed).newValue
      work.note(Double(count) / Double(boxes.count))
    }
    try work.checkCancellation()
    return assemble(filled)
  }

  /// Brings voxels from box after box into rows, planes and volume.
  private func assemble(_ filled: [Float]) -> [Float] {
    [Float](unsafeUninitializedCapacity: filled.count) { voxels, count in
      filled.withUnsafeBufferPointer { filled in
        guard let target = voxels.baseAddress, var source = filled.baseAddress else { return }
        for box in boxes {
          for z in box.z {
            for y in box.y {
              let first = (z * dimensions.y + y) * dimensions.x + box.x.lowerBound
              (target + first).initialize(from: source, count: box.x.count)
              source += box.x.count
            }
          }
        }
        count = filled.count
      }
    }
  }
}
