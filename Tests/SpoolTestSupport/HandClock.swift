public import Foundation
public import Spool
import Synchronization

/// A clock that stands still until a test turns it.
public final class HandClock: SpoolClock {
  private let elapsed: Mutex<Double>

  /// Creates a clock at so many seconds after its beginning.
  public init(_ start: Double = 1000) { elapsed = Mutex(start) }

  /// Seconds since the beginning.
  public var monotonic: Double { elapsed.withLock { $0 } }

  /// The beginning is a fixed day, so that names and reports are the same in every run.
  public var now: Date { Date(timeIntervalSince1970: 1_795_000_000 + monotonic) }

  /// Turns the clock on.
  public func advance(_ seconds: Double) { elapsed.withLock { $0 += seconds } }
}
