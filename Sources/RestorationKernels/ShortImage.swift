private import CLanes

/// A padded volume in 16 bits for two shifts at once: twice two values a voxel.
///
/// `own` holds each voxel twice, `twins` each voxel and the one that follows it. A row of `own`
/// beside a row of `twins` some voxels on makes the pairs of two shifts, by turns.
struct ShortImage: Sendable {
  private let own: ShortValues
  private let twins: ShortValues
  private let layout: PaddedVolume

  /// Rounds a volume to steps from the middle of its range; nil where they do not fit.
  ///
  /// - Parameters:
  ///   - volume: The volume.
  ///   - step: What one is.
  ///   - margin: Lanes before and behind that may be read too.
  init?(_ volume: PaddedVolume, step: Float, margin: Int) {
    let range = Self.range(volume)
    let (middle, steps) = ((range.least + range.most) / 2, 1 / step)
    guard (range.most - range.least) * steps < 65_000, steps.isFinite else { return nil }
    self.init(volume, margin: margin) { clanes_round(($0 - middle) * steps) }
  }

  /// All bits where a volume of ones and zeros has a one.
  init(mask volume: PaddedVolume, margin: Int) {
    self.init(volume, margin: margin) { clanes_round(0 - $0) }
  }

  /// Fills both forms with what `integers` makes of voxels.
  @inline(__always)
  private init(_ volume: PaddedVolume, margin: Int, _ integers: (FloatLanes) -> SIMD8<Int32>) {
    let count = volume.voxels.count - PaddedVolume.spare
    layout = volume
    own = ShortValues(count: 2 * count, margin: margin)
    twins = ShortValues(count: 2 * count, margin: margin)
    let (own, twins) = (own.first, twins.first)
    volume.voxels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      for i in stride(from: 0, to: count, by: 8) {
        // The last lanes may fall into the spare ones, where nothing is read that counts.
        let here = integers(source.lanes(at: i))
        let next = integers(source.lanes(at: i + 1))
        UnsafeMutableRawPointer(own + 2 * i)
          .storeBytes(of: clanes_by_turns(here, here), as: SIMD8<Int32>.self)
        UnsafeMutableRawPointer(twins + 2 * i)
          .storeBytes(of: clanes_by_turns(here, next), as: SIMD8<Int32>.self)
      }
      // The first voxel follows one too, where the volume has no rim.
      twins[-1] = own[0]
    }
  }

  /// The smallest and the largest voxel.
  private static func range(_ volume: PaddedVolume) -> (least: Float, most: Float) {
    let count = volume.voxels.count - PaddedVolume.spare
    return volume.voxels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return (0, 0) }
      var least = FloatLanes(repeating: source[0])
      var most = least
      let whole = count / 8 * 8
      for i in stride(from: 0, to: whole, by: 8) {
        let lanes = source.lanes(at: i)
        (least, most) = (least.smaller(lanes), most.larger(lanes))
      }
      for i in whole..<count {
        let lanes = FloatLanes(repeating: source[i])
        (least, most) = (least.smaller(lanes), most.larger(lanes))
      }
      return (least.min(), most.max())
    }
  }

  /// Each value from the voxel at (x, y, z) on twice.
  func row(_ x: Int, _ y: Int, _ z: Int) -> UnsafePointer<Int16> {
    UnsafePointer(own.first + 2 * layout.index(x, y, z))
  }

  /// Each value from the voxel at (x, y, z) on, followed by its next neighbour's.
  func twinRow(_ x: Int, _ y: Int, _ z: Int) -> UnsafePointer<Int16> {
    UnsafePointer(twins.first + 2 * layout.index(x, y, z))
  }
}

/// The memory of an image, the spare lanes zero.
private final class ShortValues: @unchecked Sendable {
  let first: UnsafeMutablePointer<Int16>
  private let start: UnsafeMutablePointer<Int16>

  /// Reserves values that are still to be set.
  init(count: Int, margin: Int) {
    start = .allocate(capacity: count + 2 * margin)
    first = start + margin
    start.initialize(repeating: 0, count: margin)
    (first + count).initialize(repeating: 0, count: margin)
  }

  deinit { start.deallocate() }
}
