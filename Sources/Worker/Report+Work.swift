extension Report {
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
