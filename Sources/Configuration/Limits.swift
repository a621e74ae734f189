/// What one job may use.
public struct Limits: Sendable, Equatable {
  /// Bytes of memory, 64 MiB to 64 TiB.
  public var memory: Int
  /// Wall time, 1 s to 7 days.
  public var time: Duration
  /// How often a job is tried before it has failed, 1 to 100.
  public var attempts: Int

  /// Creates limits.
  public init(
    memory: Int = 8 << 30, time: Duration = .seconds(30 * 60), attempts: Int = 3
  ) {
    self.memory = memory
    self.time = time
    self.attempts = attempts
  }
}
