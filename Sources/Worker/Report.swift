/// What was done to a scan: `report.json`, version 1.
public struct Report: Sendable, Codable, Equatable {
  /// The version of this form.
  public var version = 1
  /// The job's name.
  public var job: String
  /// Who did it.
  public var restorad: Maker
  /// What came in.
  public var source: Source
  /// What was asked for.
  public var recipe: RecipeNote
  /// What was done, in order.
  public var steps: [StepNote]
  /// What went out.
  public var result: Result
  /// How the picture changed.
  public var quality: QualityNote
  /// When and how long.
  public var timing: Timing
  /// The most memory that the worker held, in bytes.
  public var peakMemoryBytes: Int
  /// What a reader of the result should know.
  public var warnings: [String]

  /// Creates a note of all parts.
  public init(
    job: String, restorad: Maker, source: Source, recipe: RecipeNote, steps: [StepNote],
    result: Result, quality: QualityNote, timing: Timing, peakMemoryBytes: Int, warnings: [String]
  ) {
    self.job = job
    self.restorad = restorad
    self.source = source
    self.recipe = recipe
    self.steps = steps
    self.result = result
    self.quality = quality
    self.timing = timing
    self.peakMemoryBytes = peakMemoryBytes
    self.warnings = warnings
  }

  enum CodingKeys: String, CodingKey {
    case version, job, restorad, source, recipe, steps, result, quality, timing
    case peakMemoryBytes = "peak_memory_bytes"
    case warnings
  }

  /// Who did it.
  public struct Maker: Sendable, Codable, Equatable {
    /// Restorad's version.
    public var version: String
    /// The commit that it was built from, or `unknown`.
    public var commit: String

    /// Creates a note of all parts.
    public init(version: String, commit: String) {
      self.version = version
      self.commit = commit
    }
  }

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

  /// What was asked for.
  public struct RecipeNote: Sendable, Codable, Equatable {
    /// The recipe's name.
    public var name: String
    /// SHA-256 of the recipe with all its defaults.
    public var sha256: String
    /// Why this one.
    public var why: String

    /// Creates a note of all parts.
    public init(name: String, sha256: String, why: String) {
      self.name = name
      self.sha256 = sha256
      self.why = why
    }
  }

  /// One step.
  public struct StepNote: Sendable, Codable, Equatable {
    /// The step's name.
    public var name: String
    /// All parameters, given or default.
    public var parameters: [String: JSONValue]
    /// How long it took.
    public var seconds: Double
    /// What it measured.
    public var figures: [String: JSONValue]

    /// Creates a note of all parts.
    public init(
      name: String, parameters: [String: JSONValue], seconds: Double, figures: [String: JSONValue]
    ) {
      self.name = name
      self.parameters = parameters
      self.seconds = seconds
      self.figures = figures
    }
  }

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

  /// How the picture changed.
  public struct QualityNote: Sendable, Codable, Equatable {
    /// The source.
    public var before: Picture?
    /// The result.
    public var after: Picture?
    /// The result against the source; nil when the grid changed.
    public var change: Change?

    /// Creates a note of all parts.
    public init(before: Picture?, after: Picture?, change: Change?) {
      self.before = before
      self.after = after
      self.change = change
    }
  }

  /// A picture in figures.
  public struct Picture: Sendable, Codable, Equatable {
    /// Bits.
    public var entropy: Double?
    /// See `docs/methods.md`.
    public var contrast: Double?
    /// See `docs/methods.md`.
    public var sharpness: Double?
    /// Standard deviation, in units of the scan.
    public var noiseSigma: Double?

    /// Creates a note of all parts.
    public init(entropy: Double?, contrast: Double?, sharpness: Double?, noiseSigma: Double?) {
      self.entropy = entropy
      self.contrast = contrast
      self.sharpness = sharpness
      self.noiseSigma = noiseSigma
    }

    enum CodingKeys: String, CodingKey {
      case entropy, contrast, sharpness
      case noiseSigma = "noise_sigma"
    }
  }

  /// A result against its source.
  public struct Change: Sendable, Codable, Equatable {
    /// dB; nil when nothing changed (infinite).
    public var psnr: Double?
    /// 1 when nothing changed.
    public var ssim: Double?
    /// In units of the scan.
    public var mae: Double?
    /// Mean of the result less that of the source.
    public var meanShift: Double?

    /// Creates a note of all parts.
    public init(psnr: Double?, ssim: Double?, mae: Double?, meanShift: Double?) {
      self.psnr = psnr
      self.ssim = ssim
      self.mae = mae
      self.meanShift = meanShift
    }

    enum CodingKeys: String, CodingKey {
      case psnr = "psnr_db"
      case ssim, mae
      case meanShift = "mean_shift"
    }
  }

  /// When and how long.
  public struct Timing: Sendable, Codable, Equatable {
    /// RFC 3339.
    public var queued: String
    /// RFC 3339.
    public var started: String
    /// RFC 3339.
    public var finished: String
    /// Seconds.
    public var read: Double
    /// Seconds.
    public var compute: Double
    /// Seconds.
    public var write: Double

    /// Creates a note of all parts.
    public init(
      queued: String, started: String, finished: String, read: Double, compute: Double,
      write: Double
    ) {
      self.queued = queued
      self.started = started
      self.finished = finished
      self.read = read
      self.compute = compute
      self.write = write
    }

    enum CodingKeys: String, CodingKey {
      case queued, started, finished
      case read = "read_s"
      case compute = "compute_s"
      case write = "write_s"
    }
  }
}
