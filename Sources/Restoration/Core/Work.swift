/// The ear of whoever waits for a method: hears progress, may ask it to stop.
public struct Work: Sendable {
  private let report: @Sendable (Double) -> Void
  private let isCancelled: @Sendable () -> Bool

  /// Creates an ear.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked between slices; true makes the method throw `CancellationError`.
  ///   - report: Told the fraction done, 0 to 1, from any thread.
  public init(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    self.isCancelled = isCancelled
    self.report = report
  }

  /// Nobody waits.
  public static let unattended = Work()

  /// Notes the fraction done, 0 to 1.
  public func note(_ fraction: Double) { report(fraction) }

  /// Throws `CancellationError` when nobody wants the result any more.
  public func checkCancellation() throws {
    if isCancelled() { throw CancellationError() }
  }
}
