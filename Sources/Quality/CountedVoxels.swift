import VolumeModel

/// Which voxels take part in a measurement: finite, and not excluded.
struct CountedVoxels: Sendable {
  /// One byte a voxel, 1 where it counts; nil when all do.
  let bits: [UInt8]?

  /// Finds the voxels that count in a volume, or in two of the same dimensions.
  init(_ volume: Volume, _ other: Volume? = nil, excluding excluded: Mask?) {
    let parts = parts(of: volume.voxels.count)
    let isClean = concurrentMap(parts.count) { part in
      // In the voxels' own width, which fills vectors.
      var doubtful: UInt32 = 0
      for i in parts[part] { doubtful |= infinity(volume.voxels[i]) }
      if let other { for i in parts[part] { doubtful |= infinity(other.voxels[i]) } }
      if let excluded { for i in parts[part] { doubtful |= UInt32(excluded.bits[i]) } }
      return doubtful == 0
    }
    guard isClean.contains(false) else {
      bits = nil
      return
    }
    bits = volume.voxels.indices.map { i in
      let isFinite = volume.voxels[i].isFinite && other?.voxels[i].isFinite ?? true
      return isFinite && excluded?.bits[i] ?? 0 == 0 ? 1 : 0
    }
  }

  /// Whether the voxel at a position counts.
  subscript(index: Int) -> Bool { bits.map { $0[index] != 0 } ?? true }
}

/// 1 for what is no finite number, else 0.
@inline(__always)
private func infinity(_ value: Float) -> UInt32 { value.isFinite ? 0 : 1 }
