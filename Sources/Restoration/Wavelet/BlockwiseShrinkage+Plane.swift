import RestorationKernels
import Synchronization

/// Planes, which are restored tile by tile.
extension BlockwiseShrinkage {
  /// Restores a plane on all cores.
  ///
  /// - Parameters:
  ///   - samples: Finite values but for those that are filled.
  ///   - filling: Makes what stands in for excluded ones; nil when there are none.
  ///   - dimensions: Their counts along x, y and z, the last 1.
  ///   - work: Asked whether to go on.
  /// - Returns: The restored samples.
  /// - Throws: `CancellationError`.
  func restoredPlane(
    _ samples: [Float], filling: ExclusionFill?, _ dimensions: SIMD3<Int>, work: Work
  ) throws -> [Float] {
    try work.checkCancellation()
    let source = filling?.filled(slices: 0..<1) ?? samples
    let plane = PlaneShrinkage(Self.plans(dimensions, levels: levels, variance: variance))
    return filledArray(dimensions.x * dimensions.y) { output in
      source.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        restore(source, plane, into: output)
      }
    }
  }

  /// Restores all tiles of a plane.
  private func restore(
    _ samples: UnsafePointer<Float>, _ plane: PlaneShrinkage,
    into output: UnsafeMutablePointer<Float>
  ) {
    // As many rooms as threads work at a time, lent from tile to tile.
    let rooms = Mutex<[Room]>([])
    // Tiles are disjoint, so no two threads touch the same sample.
    nonisolated(unsafe) let (samples, output) = (samples, output)
    concurrently(plane.tiles) { tile in
      let room = rooms.withLock { $0.popLast() } ?? Room(floats: plane.makeRoom())
      plane.restore(samples, tile: tile, in: room.floats, into: output)
      rooms.withLock { $0.append(room) }
    }
    for room in rooms.withLock({ $0 }) { room.floats.deallocate() }
  }

  /// One thread at a time has it.
  private struct Room: @unchecked Sendable {
    let floats: UnsafeMutablePointer<Float>
  }
}
