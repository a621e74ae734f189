import VolumeModel

/// Reads NIfTI scans.
public enum NiftiFile {
  /// More volumes than any scanner makes, and few enough to keep a list of.
  private static let mostVolumes = 1 << 20

  /// Reads a scan into memory.
  ///
  /// Reads NIfTI-1 and NIfTI-2, single files and pairs, plain and gzip, both byte orders. The
  /// first three axes make a volume, the others enumerate volumes. A gzip stream is read to its
  /// end, so that its CRC and length hold when this returns.
  ///
  /// - Parameter path: A `.nii` or the `.hdr` of a pair, each possibly with `.gz`.
  /// - Returns: The scan, with the sidecar that lies beside it.
  /// - Throws: `NiftiError`; `unsupported` for complex, colour, 128-bit and 1-bit voxels.
  /// - Complexity: O(voxels); the memory of the voxels as `Float` and 1 MiB.
  public static func read(path: String) throws(NiftiError) -> NiftiScan {
    var content = try NiftiContent.open(path: path)
    let header = content.header
    guard header.storedType.isReadable else {
      throw NiftiError(.unsupported, "voxels of type \(header.storedType.name) are not restored")
    }
    guard header.volumeCount <= mostVolumes else {
      throw NiftiError(.unsupported, "dim announces \(header.volumeCount) volumes")
    }
    var scan = NiftiScan(
      header: header, extensions: content.extensions, volumes: [],
      voxelToPatient: header.voxelToPatient, excluded: [],
      sidecar: NiftiSidecar.bytes(beside: path))
    var census = LabelCensus(header)
    let decoder = VoxelDecoder(header)
    let dimensions = header.volumeDimensions
    let count = dimensions.x * dimensions.y * dimensions.z
    for _ in 0..<header.volumeCount {
      let voxels = try decoder.read(count, from: &content.voxels) { census.add($0) }
      let volume = Volume(
        dimensions: dimensions, voxelSpacing: header.voxelSpacing, voxels: voxels)
      scan.excluded.append(volume.nonFiniteVoxels)
      scan.volumes.append(volume)
    }
    try content.voxels.finish()
    scan.skipReason =
      header.skipReason(content.extensions) ?? NiftiName(path: path).signedMapReason
      ?? LabelCensus.reason(
        name: NiftiName(path: path), census: census,
        isAcquisition: NiftiSidecar.announcesModality(scan.sidecar))
    return scan
  }
}

extension Volume {
  /// The NaN and infinite voxels; nil where there are none.
  fileprivate var nonFiniteVoxels: Mask? {
    guard voxels.hasNonFinite else { return nil }
    return Mask(dimensions: dimensions, bits: voxels.map { $0.isFinite ? 0 : 1 })
  }
}

extension [Float] {
  /// Whether an element is NaN or infinite: its exponent's bits are all set.
  fileprivate var hasNonFinite: Bool {
    let span = span
    var largest: UInt32 = 0
    for index in span.indices { largest = Swift.max(largest, span[index].bitPattern & 0x7FFF_FFFF) }
    return largest >= 0x7F80_0000
  }
}
