extension Report {
  /// What went out.
  public struct Result: Sendable, Codable, Equatable {
    /// The files' names below `result`.
    public var files: [String]
    /// The new Series Instance UID.
    public var series: String?
    /// Voxels, x first.
    public var shape: [Int]
    /// The stored type.
    public var dtype: String
    /// Voxels whose value did not fit; the aim is none.
    public var clippedVoxels: Int
    /// How the attributes of the result differ from the sources'; nil for NIfTI.
    public var attributes: AttributeNote?

    /// Creates a note of all parts.
    public init(
      files: [String], series: String?, shape: [Int], dtype: String, clippedVoxels: Int,
      attributes: AttributeNote? = nil
    ) {
      self.attributes = attributes
      self.files = files
      self.series = series
      self.shape = shape
      self.dtype = dtype
      self.clippedVoxels = clippedVoxels
    }

    enum CodingKeys: String, CodingKey {
      case files, series, shape, dtype, attributes
      case clippedVoxels = "clipped_voxels"
    }
  }

  /// Which attributes of a DICOM result differ from its sources', by keyword; never their values,
  /// which may say who the patient is.
  public struct AttributeNote: Sendable, Codable, Equatable {
    /// Attributes that no source had.
    public var added: [String]
    /// Attributes that have another value.
    public var changed: [String]
    /// Attributes that are gone, private ones not counted.
    public var removed: [String]
    /// How many private attributes are gone, over all files.
    public var privateRemoved: Int

    /// Creates a note of all parts.
    public init(added: [String], changed: [String], removed: [String], privateRemoved: Int) {
      self.added = added
      self.changed = changed
      self.removed = removed
      self.privateRemoved = privateRemoved
    }

    enum CodingKeys: String, CodingKey {
      case added, changed, removed
      case privateRemoved = "private_removed"
    }
  }
}
