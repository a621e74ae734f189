/// A watched folder.
public struct Inbox: Sendable, Equatable, Codable {
  /// How changes are noticed.
  public enum Watch: String, Sendable, Codable, CaseIterable {
    /// Events on local file systems, polling on those of a network.
    case auto
    /// Events of the kernel, and a rescan every `poll` that makes it right.
    case events
    /// A rescan every `poll` only.
    case poll
  }

  /// What becomes of the originals of a finished job.
  public enum Originals: String, Sendable, Codable, CaseIterable {
    /// Moved to the archive under the state folder.
    case archive
    /// Deleted once the result is durable.
    case delete
    /// Left where they are.
    case leave
  }

  /// What becomes of content that the recipe has seen before.
  public enum Duplicates: String, Sendable, Codable, CaseIterable {
    /// No second result.
    case skip
    /// Restored again.
    case reprocess
  }

  /// What becomes of a series with gaps.
  public enum Incomplete: String, Sendable, Codable, CaseIterable {
    /// Waits until a person decides.
    case hold
    /// Restored as it is.
    case process
  }

  /// The name in log, ledger and status; unique.
  public var name: String
  /// The folder; absolute.
  public var path: String
  /// The folder in which finished jobs appear; absolute.
  public var outbox: String
  /// `auto`, or the name of a recipe.
  public var recipe: String
  /// When a file or a series counts as finished.
  public var settle: Settle
  /// How changes are noticed.
  public var watch: Watch
  /// The time between rescans, 50 ms to 1 day.
  public var poll: Duration
  /// What becomes of the originals of a finished job.
  public var originals: Originals
  /// What becomes of content that the recipe has seen before.
  public var duplicates: Duplicates
  /// What becomes of a series with gaps.
  public var incomplete: Incomplete
  /// Values for keywords of which a scan's files say nothing, such as `Modality`.
  public var assume: [String: String]

  /// Creates an inbox.
  public init(
    name: String, path: String, outbox: String, recipe: String = "auto",
    settle: Settle = Settle(), watch: Watch = .auto, poll: Duration = .seconds(15),
    originals: Originals = .archive, duplicates: Duplicates = .skip,
    incomplete: Incomplete = .hold, assume: [String: String] = [:]
  ) {
    self.name = name
    self.path = path
    self.outbox = outbox
    self.recipe = recipe
    self.settle = settle
    self.watch = watch
    self.poll = poll
    self.originals = originals
    self.duplicates = duplicates
    self.incomplete = incomplete
    self.assume = assume
  }
}
