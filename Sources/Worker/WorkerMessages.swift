public import Recipes
public import ScanModel

/// What a worker is given: one JSON object a line on its standard input.
public struct WorkerOrder: Sendable, Codable {
  /// What is asked.
  public var request: WorkerRequest
  /// Bytes of memory that it may take.
  public var memoryLimit: Int

  /// Creates an order.
  public init(_ request: WorkerRequest, memoryLimit: Int) {
    self.request = request
    self.memoryLimit = memoryLimit
  }
}

/// What a worker is asked.
public enum WorkerRequest: Sendable, Codable {
  /// Look at files; one `probed` a file comes back, in order.
  case probe(ProbeRequest)
  /// Restore a scan; progress, steps and at the end `restored` or `refused` come back.
  case restore(RestoreRequest)
  /// Compare two files; `compared` comes back.
  case compare(CompareRequest)
  /// Unpack an archive; `unpacked` or `refused` comes back.
  case unpack(UnpackRequest)
  /// Try what the jail forbids; `tried` comes back.
  case trial(JailTrial)
}

/// Which files to look at, and what for.
public struct ProbeRequest: Sendable, Codable {
  /// Where they stand, as encoded paths.
  public var paths: [String]
  /// What is wanted.
  public var question: ProbeQuestion

  /// Creates a request.
  public init(paths: [String], question: ProbeQuestion) {
    self.paths = paths
    self.question = question
  }
}

/// A job as its worker sees it.
public struct RestoreRequest: Sendable, Codable {
  /// A source file.
  public struct Source: Sendable, Codable {
    /// Where it stands.
    public var path: String
    /// What it is called in the report.
    public var name: String
    /// The encoded path where its bytes are no UTF-8; `path` cannot be opened then.
    public var encoded: String?

    /// Creates a source.
    public init(path: String, name: String, encoded: String? = nil) {
      self.path = path
      self.name = name
      self.encoded = encoded
    }
  }

  /// The job's name.
  public var job: String
  /// Which attempt at the job this is: its number and a mark, different from that of every other.
  public var attempt: String
  /// How the scan is stored.
  public var format: ScanFormat
  /// Its files; for NIfTI the one to open first comes first.
  public var sources: [Source]
  /// A folder that holds the job's files and no others; nil when they lie among others.
  public var originals: String?
  /// What is to be done.
  public var recipe: Recipe
  /// The modality that the recipe's defaults follow; nil when unknown.
  public var modality: String?
  /// The folder to fill with the result; it exists and is empty.
  public var output: String
  /// The moment that dates the result, in seconds since 1970.
  public var moment: Double
  /// Restorad's version, part of the identity of what is made.
  public var version: String
  /// What the result supersedes; nil for the first one of a series.
  public var revision: Revision?

  /// Creates a request.
  public init(
    job: String, attempt: String = "1", format: ScanFormat, sources: [Source],
    originals: String? = nil, recipe: Recipe, modality: String?, output: String, moment: Double,
    version: String, revision: Revision? = nil
  ) {
    self.revision = revision
    self.job = job
    self.attempt = attempt
    self.originals = originals
    self.format = format
    self.sources = sources
    self.recipe = recipe
    self.modality = modality
    self.output = output
    self.moment = moment
    self.version = version
  }
}

/// What a worker says: one JSON object a line on its standard output.
public enum WorkerReply: Sendable, Codable {
  /// What became of one file of a probe.
  case probed(ProbeVerdict)
  /// How far the job is: the step's name and the fraction of the whole job, 0 to 1.
  case progress(step: String, fraction: Double)
  /// A step is done.
  case stepFinished(Report.StepNote)
  /// The result stands in the output folder, synced.
  case restored(RestoreSummary)
  /// There is no result.
  case refused(RestoreRefusal)
  /// How two files differ; nil when one of them cannot be read.
  case compared(InstanceDifference?)
  /// An archive's members stand in the output folder, synced.
  case unpacked(ArchiveFacts)
  /// What came of a trial of the jail.
  case tried([JailTrial.Finding])
}

/// The parts of the report that only the worker knows.
public struct RestoreSummary: Sendable, Codable {
  /// Voxels of the source, x first.
  public var shape: [Int]
  /// mm per voxel, x first.
  public var spacing: [Double]
  /// The stored type of the source.
  public var dtype: String
  /// What was done.
  public var steps: [Report.StepNote]
  /// What went out.
  public var result: Report.Result
  /// How the picture changed.
  public var quality: Report.QualityNote
  /// Seconds spent reading, computing and writing.
  public var readSeconds: Double
  /// Seconds spent computing.
  public var computeSeconds: Double
  /// Seconds spent writing.
  public var writeSeconds: Double
  /// The most memory that the worker held, in bytes.
  public var peakMemoryBytes: Int
  /// What a reader should know.
  public var warnings: [String]
  /// Series Instance UID of the result that this one supersedes, where that can be told.
  public var supersededSeries: String?

  /// Creates a summary of all parts.
  public init(
    shape: [Int], spacing: [Double], dtype: String, steps: [Report.StepNote],
    result: Report.Result, quality: Report.QualityNote, readSeconds: Double,
    computeSeconds: Double, writeSeconds: Double, peakMemoryBytes: Int, warnings: [String],
    supersededSeries: String? = nil
  ) {
    self.supersededSeries = supersededSeries
    self.shape = shape
    self.spacing = spacing
    self.dtype = dtype
    self.steps = steps
    self.result = result
    self.quality = quality
    self.readSeconds = readSeconds
    self.computeSeconds = computeSeconds
    self.writeSeconds = writeSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.warnings = warnings
  }
}

/// Why there is no result.
public struct RestoreRefusal: Sendable, Codable, Equatable, Error {
  /// What is to become of the job.
  public enum Fate: String, Sendable, Codable {
    /// Trying again cannot help: the originals go to quarantine.
    case quarantine
    /// The scan is one that is never filtered: kept, not restored.
    case skip
    /// The surroundings failed (disk full, file vanished): try later, no attempt used.
    case deferJob
  }

  /// What is to become of the job.
  public var fate: Fate
  /// One sentence for people.
  public var reason: String

  /// Creates a refusal.
  public init(_ fate: Fate, _ reason: String) {
    self.fate = fate
    self.reason = reason
  }
}
