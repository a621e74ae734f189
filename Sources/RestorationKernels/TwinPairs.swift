/// The pairs of voxels of two shifts at once, the second one voxel further along x.
struct TwinPairs {
  /// Where a pair of either begins.
  let x: Range<Int>
  let y: Range<Int>
  /// The first shift.
  let shift: SIMD3<Int>
  /// Where the pairs of the first begin; empty where it has none.
  let first: Range<Int>
  /// Where those of the second do.
  let second: Range<Int>

  /// The pairs of a box; nil where there are none.
  ///
  /// - Parameters:
  ///   - box: One voxel of each pair at least lies in it.
  ///   - shift: The first shift.
  ///   - farthest: Shifts beyond, along x, have no pairs.
  ///   - dimensions: The volume's.
  init?(box: VoxelBox, shift: SIMD3<Int>, farthest: Int, dimensions: SIMD3<Int>) {
    let next = shift &+ [1, 0, 0]
    let first = VoxelPairs(box: box, shift: shift, dimensions: dimensions)
    let second =
      next.x > farthest ? nil : VoxelPairs(box: box, shift: next, dimensions: dimensions)
    guard let some = first ?? second else { return nil }
    let other = second ?? some
    x = min(some.x.lowerBound, other.x.lowerBound)..<max(some.x.upperBound, other.x.upperBound)
    y = some.y
    self.shift = shift
    let none = x.lowerBound..<x.lowerBound
    self.first = first?.x ?? none
    self.second = second?.x ?? none
  }

  /// Clears the weights, by turns, of what is no pair in a row of them.
  ///
  /// A shift that has none at all is left alone.
  func clearOthers(in weights: UnsafeMutablePointer<Int16>) {
    for (place, own) in [(0, first), (1, second)] where !own.isEmpty {
      for i in x.lowerBound..<own.lowerBound { weights[2 * (i - x.lowerBound) + place] = 0 }
      for i in own.upperBound..<x.upperBound { weights[2 * (i - x.lowerBound) + place] = 0 }
    }
  }
}
