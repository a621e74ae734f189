/// When a file or a series counts as finished.
public struct Settle: Sendable, Equatable, Codable {
  /// How long a file has to be unchanged, 0 to 1 h.
  public var file: Duration
  /// How long no file may have joined a series, 0 to 1 day.
  public var series: Duration
  /// How long a quiet file that is not whole is waited for, at least `file`, at most 7 days.
  public var longest: Duration

  /// Creates times.
  public init(
    file: Duration = .seconds(2), series: Duration = .seconds(10),
    longest: Duration = .seconds(15 * 60)
  ) {
    self.file = file
    self.series = series
    self.longest = longest
  }
}
