/// Medians of windows of any size over one box of voxels, by ranks.
///
/// The values of the box and its rim are sorted once, which gives each voxel a rank of its own. A
/// window is then a set of ranks, one bit each; moving it along a row sets the bits of one face and
/// clears those of the other, and the median is found by counting bits from where the last one was.
///
/// - SeeAlso: Huang, Yang, Tang, IEEE TASSP 27:13–18, 1979, for the moving window.
package struct RankedWindow {
  private let box: VoxelBox
  private let radius: SIMD3<Int>
  private let size: SIMD3<Int>
  /// The values in order.
  private let sorted: [Float]
  /// The rank of each voxel of box and rim, x fastest; negative where a voxel does not count.
  private let ranks: [Int32]

  /// Ranks the values of a box and a rim of `radius` around it.
  package init(
    box: VoxelBox, radius: SIMD3<Int>, image: PaddedVolume, validity: PaddedVolume?
  ) {
    self.box = box
    self.radius = radius
    size = SIMD3(box.x.count, box.y.count, box.z.count) &+ radius &+ radius
    var values: [Float] = []
    var counts: [Bool] = []
    values.reserveCapacity(size.x * size.y * size.z)
    for z in 0..<size.z {
      for y in 0..<size.y {
        let first = image.index(
          box.x.lowerBound - radius.x, box.y.lowerBound - radius.y + y,
          box.z.lowerBound - radius.z + z)
        values += image.voxels[first..<(first + size.x)]
        if let validity {
          counts += validity.voxels[first..<(first + size.x)].lazy.map { $0 > 0 }
        }
      }
    }
    let order = ascendingOrder(of: values)
    sorted = order.map { values[Int($0)] }
    var ranks = [Int32](repeating: 0, count: values.count)
    for (rank, index) in order.enumerated() { ranks[Int(index)] = Int32(rank) }
    for index in counts.indices where !counts[index] { ranks[index] = -1 }
    self.ranks = ranks
  }

  /// Writes the median at each voxel of the box, x fastest: the mean of the middle two where an even
  /// number counts, 0 where none does.
  package func medians(into output: inout MutableSpan<Float>) {
    var set = RankSet(capacity: sorted.count)
    var target = 0
    for z in 0..<box.z.count {
      for y in 0..<box.y.count {
        set.removeAll()
        for x in 0..<(2 * radius.x) { visit(face: x, y, z) { set.insert($0) } }
        for x in 0..<box.x.count {
          visit(face: x + 2 * radius.x, y, z) { set.insert($0) }
          output[target] = median(of: &set)
          target += 1
          visit(face: x, y, z) { set.remove($0) }
        }
      }
    }
  }

  /// Hands out the ranks of the window's face at one x, for the window whose corner is (y, z).
  @inline(__always) private func visit(face x: Int, _ y: Int, _ z: Int, _ body: (Int) -> Void) {
    for dz in 0...(2 * radius.z) {
      var index = ((z + dz) * size.y + y) * size.x + x
      for _ in 0...(2 * radius.y) {
        let rank = ranks[index]
        if rank >= 0 { body(Int(rank)) }
        index += size.x
      }
    }
  }

  private func median(of set: inout RankSet) -> Float {
    guard set.count > 0 else { return 0 }
    let upper = sorted[set.rank(at: set.count / 2)]
    guard set.count % 2 == 0 else { return upper }
    return (sorted[set.rank(at: set.count / 2 - 1)] + upper) / 2
  }
}

/// A set of ranks, with a finger on the word where the last one was looked up.
private struct RankSet {
  private var words: [UInt64]
  private var finger = 0
  /// Members in the words before the finger.
  private var before = 0
  private(set) var count = 0

  init(capacity: Int) { words = Array(repeating: 0, count: capacity / 64 + 1) }

  mutating func removeAll() {
    for i in words.indices { words[i] = 0 }
    before = 0
    count = 0
  }

  @inline(__always) mutating func insert(_ rank: Int) {
    words[rank >> 6] |= 1 << UInt64(rank & 63)
    count += 1
    if rank >> 6 < finger { before += 1 }
  }

  @inline(__always) mutating func remove(_ rank: Int) {
    words[rank >> 6] &= ~(1 << UInt64(rank & 63))
    count -= 1
    if rank >> 6 < finger { before -= 1 }
  }

  /// The member that `place` others precede.
  mutating func rank(at place: Int) -> Int {
    while before > place {
      finger -= 1
      before -= words[finger].nonzeroBitCount
    }
    while before + words[finger].nonzeroBitCount <= place {
      before += words[finger].nonzeroBitCount
      finger += 1
    }
    var word = words[finger]
    for _ in 0..<(place - before) { word &= word - 1 }
    return finger << 6 + word.trailingZeroBitCount
  }
}
