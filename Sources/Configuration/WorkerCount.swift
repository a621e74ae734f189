/// How many worker processes run at the same time.
public enum WorkerCount: Sendable, Equatable {
  /// As many as the machine has cores.
  case auto
  /// That many, 1 to 1024.
  case count(Int)
}
