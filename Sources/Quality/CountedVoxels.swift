import VolumeModel

/// Which voxels take part in a measurement: finite, and not excluded.
struct CountedVoxels: Sendable {
  /// One byte a voxel, 1 where it counts; nil when all do.
  let bits: [UInt8]?

  /// Finds the voxels that count in a volume, or in two of the same dimensions.
  init(_ volume: Volume, _ other: Volume? = nil, excluding excluded: Mask?) {
    let parts = parts(of: volume.voxels.count)
    let isClean = concurrentMap(parts.count) { part in
      var doubtful = 0
      for i in parts[part] { doubtful += volume.voxels[i].isFinite ? 0 : 1 }
      if let other { for i in parts[part] { doubtful += other.voxels[i].isFinite ? 0 : 1 } }
      if let excluded { for i in parts[part] { doubtful += Int(excluded.bits[i]) } }
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
