private import CLanes

/// A padded volume in 16 bits, with spare lanes before and behind.
struct ShortImage: Sendable {
  private let values: ShortValues
  private let layout: PaddedVolume
  private let margin: Int

  /// Rounds a volume to steps from the middle of its range; nil where they do not fit.
  init?(_ volume: PaddedVolume, step: Float, margin: Int) {
    let count = volume.voxels.count - PaddedVolume.spare
    var (least, most) = (Float.infinity, -Float.infinity)
    for i in 0..<count {
      least = min(least, volume.voxels[i])
      most = max(most, volume.voxels[i])
    }
    let (middle, steps) = ((least + most) / 2, 1 / step)
    guard (most - least) * steps < 65_000, steps.isFinite else { return nil }
    layout = volume
    self.margin = margin
    values = ShortValues(count: count, margin: margin)
    volume.voxels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      for i in stride(from: 0, to: count, by: 8) {
        // The last lanes may fall into the spare ones, where nothing is read that counts.
        let rounded = clanes_round((source.lanes(at: i) - middle) * steps)
        UnsafeMutableRawPointer(values.first + i).storeBytes(
          of: SIMD8<Int16>(truncatingIfNeeded: rounded), as: SIMD8<Int16>.self)
      }
    }
  }

  /// All bits where a volume of ones and zeros has a one.
  init(mask volume: PaddedVolume, margin: Int) {
    let count = volume.voxels.count - PaddedVolume.spare
    layout = volume
    self.margin = margin
    values = ShortValues(count: count, margin: margin)
    for i in 0..<count { values.first[i] = volume.voxels[i] > 0 ? -1 : 0 }
  }

  /// The values from the voxel at (x, y, z) on.
  func row(_ x: Int, _ y: Int, _ z: Int) -> UnsafePointer<Int16> {
    UnsafePointer(values.first + layout.index(x, y, z))
  }

  /// From a voxel to a shifted one.
  func distance(_ shift: SIMD3<Int>) -> Int {
    shift.z * layout.sliceStride + shift.y * layout.rowStride + shift.x
  }
}

/// The memory of an image, the spare lanes zero.
private final class ShortValues: @unchecked Sendable {
  let first: UnsafeMutablePointer<Int16>
  private let start: UnsafeMutablePointer<Int16>

  init(count: Int, margin: Int) {
    start = .allocate(capacity: count + 2 * margin)
    start.initialize(repeating: 0, count: count + 2 * margin)
    first = start + margin
  }

  deinit { start.deallocate() }
}
