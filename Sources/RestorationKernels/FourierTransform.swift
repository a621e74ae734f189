internal import CFourier

/// A complex discrete Fourier transform of one length and direction, in double precision.
///
/// Any length is allowed; products of 2, 3 and 5 are fast. The inverse is not scaled: forward
/// then inverse multiplies by the length. One instance serves one thread at a time.
public final class FourierTransform {
  private let plan: OpaquePointer

  /// Creates a transform.
  ///
  /// - Parameters:
  ///   - count: Complex samples, at least 1.
  ///   - inverse: Whether the exponent's sign is positive.
  public init(count: Int, inverse: Bool) {
    guard count > 0, let length = Int32(exactly: count),
      let plan = fourier_plan_make(length, inverse ? 1 : 0)
    else { fatalError("no Fourier transform of \(count) samples") }
    self.plan = plan
  }

  deinit { fourier_plan_free(plan) }

  /// Transforms interleaved (real, imaginary) pairs.
  ///
  /// - Parameters:
  ///   - source: `count` pairs.
  ///   - destination: Room for `count` pairs, apart from `source`.
  public func run(
    _ source: UnsafePointer<Double>, _ destination: UnsafeMutablePointer<Double>
  ) {
    fourier_plan_run(plan, source, destination)
  }
}
