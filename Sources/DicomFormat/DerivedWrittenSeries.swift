public import VolumeModel

/// What a derived series has become on disk.
public struct WrittenSeries: Sendable, Equatable {
  /// How the attributes of the results differ from their sources', by DICOM keyword, sorted.
  ///
  /// An attribute counts once, however many instances it changed in.
  public struct AttributeChanges: Sendable, Equatable, Codable {
    /// Attributes that no source had.
    public var added: [String] = []
    /// Attributes that have another value.
    public var changed: [String] = []
    /// Attributes that are gone; private ones are counted in `droppedPrivateAttributes` instead.
    public var removed: [String] = []

    /// Creates an empty set of changes.
    public init() {}
  }

  /// File names in the folder, in the order of the volume's planes.
  public var fileNames: [String]
  /// The new Series Instance UID.
  public var seriesInstanceUID: String
  /// The Series Instance UID of the earlier result that this one supersedes; nil for none.
  public var supersededSeriesInstanceUID: String?
  /// The new SOP Instance UIDs, in the order of `fileNames`.
  public var sopInstanceUIDs: [String]
  /// The stored type, such as `uint8` or `int16`.
  public var storedType: String
  /// Bits Stored (0028,0101) of the result.
  public var bitsStored: Int
  /// Voxels that could not be stored as computed; 0 unless the class of image forbids every way
  /// out, and then a warning says so.
  public var clippedVoxels: Int
  /// The rescale that had to be chosen because the source's did not fit; nil where it was kept.
  ///
  /// Of a PET, whose slope differs from slice to slice, the steepest.
  public var newRescale: Rescale?
  /// How the attributes differ from the sources'.
  public var changes: AttributeChanges
  /// Private attributes that were dropped, over all instances.
  public var droppedPrivateAttributes: Int
  /// What a reader should know; no patient data.
  public var warnings: [String]

  /// Creates a record.
  public init(
    fileNames: [String], seriesInstanceUID: String, sopInstanceUIDs: [String], storedType: String,
    bitsStored: Int, clippedVoxels: Int, newRescale: Rescale?, changes: AttributeChanges,
    droppedPrivateAttributes: Int, warnings: [String]
  ) {
    self.fileNames = fileNames
    self.seriesInstanceUID = seriesInstanceUID
    self.sopInstanceUIDs = sopInstanceUIDs
    self.storedType = storedType
    self.bitsStored = bitsStored
    self.clippedVoxels = clippedVoxels
    self.newRescale = newRescale
    self.changes = changes
    self.droppedPrivateAttributes = droppedPrivateAttributes
    self.warnings = warnings
  }
}
