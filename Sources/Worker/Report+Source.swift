extension Report {
  /// What came in.
  public struct Source: Sendable, Codable, Equatable {
    /// `DICOM` or `NIfTI`.
    public var format: String
    /// The files.
    public var files: [File]
    /// Study Instance UID.
    public var study: String?
    /// Series Instance UID.
    public var series: String?
    /// Such as `MR`.
    public var modality: String?
    /// Voxels, x first.
    public var shape: [Int]
    /// mm per voxel, x first.
    public var spacing: [Double]
    /// The stored type.
    public var dtype: String

    /// Creates a note of all parts.
    public init(
      format: String, files: [File], study: String?, series: String?, modality: String?,
      shape: [Int], spacing: [Double], dtype: String
    ) {
      self.format = format
      self.files = files
      self.study = study
      self.series = series
      self.modality = modality
      self.shape = shape
      self.spacing = spacing
      self.dtype = dtype
    }

    enum CodingKeys: String, CodingKey {
      case format, files, study, series, modality, shape
      case spacing = "spacing_mm"
      case dtype
    }
  }

  /// A file by name and content.
  public struct File: Sendable, Codable, Equatable {
    /// Its name, as it came.
    public var name: String
    /// Bytes.
    public var bytes: Int
    /// SHA-256.
    public var sha256: String

    /// Creates a note of a file.
    public init(name: String, bytes: Int, sha256: String) {
      self.name = name
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// An earlier result of the series, which lacked files that came late.
  public struct Superseded: Sendable, Codable, Equatable {
    /// The job that made it.
    public var job: String
    /// The Series Instance UID of its result; nil when that is not known.
    public var series: String?

    /// Creates a note of both.
    public init(job: String, series: String?) {
      self.job = job
      self.series = series
    }
  }
}
