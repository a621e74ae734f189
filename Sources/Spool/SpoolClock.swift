public import Foundation

/// Time as the spool sees it; tests turn it by hand.
public protocol SpoolClock: Sendable {
  /// Seconds on a clock that only goes forward; every wait is measured on it.
  var monotonic: Double { get }
  /// The date; only for names, logs and reports.
  var now: Date { get }
}

/// The machine's clocks.
public struct SystemClock: SpoolClock {
  /// Creates the one face of the clocks.
  public init() {}

  /// Seconds since some moment before the machine's start.
  public var monotonic: Double { ProcessInfo.processInfo.systemUptime }

  /// The date.
  public var now: Date { Date() }
}
