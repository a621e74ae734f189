public import GRDB

/// Where a job stands.
public enum JobState: String, Sendable, Codable, CaseIterable, DatabaseValueConvertible {
  /// Its files are on their way from the inbox to the work folder.
  case waiting
  /// It waits for a worker.
  case queued
  /// A worker is at it.
  case running
  /// Its result stands in the outbox.
  case published
  /// A person has to decide.
  case held
  /// Something around it failed; it is tried again later.
  case deferred
  /// It is given up; its originals are in quarantine.
  case failed
  /// Its content was published before, under the same recipe.
  case duplicate
  /// It is kept and not filtered.
  case skipped
  /// An archive whose files became jobs of their own.
  case unpacked

  /// Whether nothing more happens unless a person asks.
  public var isFinal: Bool {
    switch self {
    case .published, .failed, .duplicate, .skipped, .unpacked: true
    case .waiting, .queued, .running, .held, .deferred: false
    }
  }
}
