/// Which program a worker is: what it says of itself on the descriptor of its endings, first of all,
/// when it is asked to introduce itself.
///
/// A daemon hands no scan to a worker of another build: both have to understand each other, and the
/// version is part of what is made.
public struct WorkerIdentity: Sendable, Equatable {
  /// The version.
  public var version: String
  /// What it was built from.
  public var commit: String
  /// The instructions that it uses.
  public var level: InstructionLevel

  /// Names a program.
  public init(version: String, commit: String, level: InstructionLevel) {
    self.version = version
    self.commit = commit
    self.level = level
  }

  /// The identity as a line without its end.
  public var line: String { "restorad \(version) \(commit) \(level)" }
}
