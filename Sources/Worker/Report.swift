/// What was done to a scan: `report.json`, version 1.
public struct Report: Sendable, Codable, Equatable {
  /// The version of this form.
  public var version = 1
  /// The job's name.
  public var job: String
  /// Who did it.
  public var restorad: Maker
  /// Which result of its series it is: 2 for the first that supersedes another; nil in reports that
  /// are older than revisions.
  public var revision: Int? = 1
  /// What it supersedes; nil for a first result.
  public var supersedes: Superseded?
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
    case version, job, restorad, revision, supersedes, source, recipe, steps, result, quality
    case timing
    case peakMemoryBytes = "peak_memory_bytes"
    case warnings
  }
}
