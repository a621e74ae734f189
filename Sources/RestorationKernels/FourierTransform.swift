private import CFourier

/// A complex discrete Fourier transform of one length and direction.
///
/// Any length works; lengths with small prime factors are fastest. The inverse is not scaled:
/// forward then inverse multiplies by `count`. One transform serves one thread at a time.
public final class FourierTransform {
  /// How many complex samples are transformed.
  public let count: Int
  private let plan: OpaquePointer?

  /// Creates a transform.
  ///
  /// - Parameters:
  ///   - count: Complex samples, at least 1.
  ///   - inverse: Whether the exponent is positive.
  public init(count: Int, inverse: Bool) {
    plan = fourier_plan_make(Int32(count), inverse ? 1 : 0)
    precondition(plan != nil, "a transform needs at least one sample, and memory")
    self.count = count
  }

  deinit { fourier_plan_free(plan) }

  /// Transforms `count` interleaved (real, imaginary) pairs.
  ///
  /// - Parameters:
  ///   - source: Where the samples are; left as it is.
  ///   - destination: Where the spectrum goes; must not overlap `source`.
  public func run(
    _ source: UnsafePointer<Double>, _ destination: UnsafeMutablePointer<Double>
  ) {
    fourier_plan_run(plan, source, destination)
  }
}
