public import Foundation
public import Spool
import Synchronization

/// A clock that stands still until a test turns it.
public final class HandClock: SpoolClock {
  /// Where clocks begin unless told otherwise.
  public static let beginning = 1000.0

  private let elapsed: Mutex<Double>
  private let shift = Mutex(0.0)

  /// Creates a clock at so many seconds after its beginning.
  public init(_ start: Double = beginning) { elapsed = Mutex(start) }

  /// Seconds since the beginning.
  public var monotonic: Double { elapsed.withLock { $0 } }

  /// The beginning is a fixed day, so that names and reports are the same in every run.
  public var now: Date {
    Date(timeIntervalSince1970: 1_795_000_000 + monotonic + shift.withLock { $0 })
  }

  /// Sets the date on or back; the clock that only goes forward does not mind.
  public func jump(_ seconds: Double) { shift.withLock { $0 += seconds } }

  /// Turns the clock on.
  public func advance(_ seconds: Double) { elapsed.withLock { $0 += seconds } }
}
