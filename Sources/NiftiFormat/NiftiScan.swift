public import VolumeModel

/// A NIfTI scan in memory.
public struct NiftiScan: Sendable {
  /// The source's header.
  public var header: NiftiHeader
  /// The blocks between header and voxels.
  public var extensions: [NiftiExtension]
  /// The volumes in the order of the file: axes after the third, the fourth fastest.
  ///
  /// Values after slope and intercept; NaN and infinite ones as they are.
  public var volumes: [Volume]
  /// Where the voxels lie, in LPS and mm.
  public var voxelToPatient: Affine3
  /// For each volume its NaN and infinite voxels; nil where there are none.
  public var excluded: [Mask?]
  /// Why the values are labels or otherwise no image, so that filtering would spoil them; nil for
  /// an image.
  public var skipReason: String?
  /// The BIDS sidecar as it is on disk; nil when there is none.
  public var sidecar: [UInt8]?

  /// Creates a scan.
  public init(
    header: NiftiHeader, extensions: [NiftiExtension] = [], volumes: [Volume],
    voxelToPatient: Affine3, excluded: [Mask?], skipReason: String? = nil,
    sidecar: [UInt8]? = nil
  ) {
    self.header = header
    self.extensions = extensions
    self.volumes = volumes
    self.voxelToPatient = voxelToPatient
    self.excluded = excluded
    self.skipReason = skipReason
    self.sidecar = sidecar
  }

  /// The type in which the file stored its voxels.
  public var storedType: StoredType { header.storedType }

  /// Which standard the file follows.
  public var version: NiftiVersion { header.version }
}
