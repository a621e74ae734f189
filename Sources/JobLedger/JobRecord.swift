public import GRDB

/// A job as the ledger knows it.
public struct JobRecord: Sendable, Codable, Equatable, FetchableRecord, PersistableRecord {
  /// The table.
  public static let databaseTableName = "job"

  /// The job's name, and that of its folders.
  public var id: String
  /// The inbox that it came through.
  public var inbox: String
  /// Where it stands.
  public var state: JobState
  /// `DICOM` or `NIfTI`.
  public var format: String
  /// Such as `MR`; `UN` when nobody said.
  public var modality: String
  /// Series Instance UID, or empty.
  public var series: String
  /// Study Instance UID, or empty.
  public var study: String
  /// The name of its recipe, or empty when none was chosen.
  public var recipe: String
  /// SHA-256 of the recipe with all its defaults.
  public var recipeHash: String
  /// The recipe itself as JSON, as it was when the job came; of an archive the settings of its
  /// inbox.
  public var recipeBody: String
  /// Why that recipe.
  public var recipeWhy: String
  /// SHA-256 over the contents of its files: the same for the same scan under any name.
  public var contentKey: String
  /// The version of Restorad that took it on.
  public var version: String
  /// Where its result goes, as an encoded path.
  public var outbox: String
  /// What becomes of its originals: `archive`, `delete` or `leave`.
  public var originals: String
  /// The most bytes that its result may take, as predicted from the headers; 0 when unknown or none.
  public var outputBytes: Int
  /// How many workers were started on it.
  public var attempts: Int
  /// Why it stands where it stands, in words.
  public var reason: String
  /// The job whose content it repeats, or empty.
  public var duplicateOf: String
  /// The job whose result this one supersedes, since files of its series came late; nil for none.
  public var supersedes: String?
  /// Which result of its series this is, never the same twice; nil for the first.
  public var revision: Int?
  /// What the assembly of the series wants to have said in the report, one a line.
  public var warnings: String
  /// The bytes of memory that it was predicted to need; 0 when that was not known.
  public var predictedMemory: Int
  /// Seconds since 1970 when its files were together.
  public var createdAt: Double
  /// Seconds since 1970 when it was first queued.
  public var queuedAt: Double?
  /// Seconds since 1970 of the last start.
  public var startedAt: Double?
  /// Seconds since 1970 when it came to rest.
  public var finishedAt: Double?
  /// Seconds since 1970 before which a deferred job is not tried again.
  public var notBefore: Double?

  /// Creates a record.
  public init(
    id: String, inbox: String, state: JobState, format: String, modality: String, series: String,
    study: String, outbox: String, originals: String, version: String, createdAt: Double
  ) {
    self.id = id
    self.inbox = inbox
    self.state = state
    self.format = format
    self.modality = modality
    self.series = series
    self.study = study
    recipe = ""
    recipeHash = ""
    recipeBody = ""
    recipeWhy = ""
    contentKey = ""
    self.version = version
    self.outbox = outbox
    self.originals = originals
    outputBytes = 0
    attempts = 0
    reason = ""
    duplicateOf = ""
    warnings = ""
    predictedMemory = 0
    self.createdAt = createdAt
  }
}
