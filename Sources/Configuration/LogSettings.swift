/// What is logged and how.
public struct LogSettings: Sendable, Equatable {
  /// The least serious events that are logged.
  public enum Level: String, Sendable, CaseIterable {
    /// Decisions on the way.
    case debug
    /// One event per state of a job.
    case info
    /// Start, stop, configuration.
    case notice
    /// Something was tried again or is limited.
    case warning
    /// A scan could not be restored.
    case error
  }

  /// How events are written.
  public enum Format: String, Sendable, CaseIterable {
    /// Journal fields under systemd, text on a terminal, else JSON.
    case auto
    /// One JSON object a line.
    case json
    /// Native fields of systemd's journal.
    case journal
    /// Lines for people.
    case text
  }

  /// The least serious events that are logged.
  public var level: Level
  /// How events are written.
  public var format: Format
  /// Whether file names may be logged.
  public var names: Bool

  /// Creates settings.
  public init(level: Level = .info, format: Format = .auto, names: Bool = false) {
    self.level = level
    self.format = format
    self.names = names
  }
}
