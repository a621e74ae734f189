/// The band-limited ramp filter of filtered back-projection.
///
/// Made from the spatial kernel (1/4 at 0, 0 at even, -1 / (pi n)^2 at odd distances n, in units of
/// the detector pitch) and applied with zeros to at least twice the length, so that it adds neither
/// a constant nor wrapped-around ends, as sampling |f| would.
///
/// - SeeAlso: Kak and Slaney, Principles of Computerized Tomographic Imaging, 1988, equation 61 of
///   chapter 3.
public struct RampFilter: Sendable {
  /// Samples in a row.
  public let count: Int
  private let length: Int
  private let response: [Double]

  /// Creates a filter for rows of `count` samples, at least 1.
  public init(count: Int) {
    precondition(count > 0, "a row has at least one sample")
    self.count = count
    var length = 64
    while length < 2 * count { length *= 2 }
    self.length = length
    var kernel = [Double](repeating: 0, count: 2 * length)
    kernel[0] = 0.25
    for distance in stride(from: 1, to: length / 2, by: 2) {
      let value = -1 / (Double.pi * Double(distance) * Double.pi * Double(distance))
      kernel[2 * distance] = value
      kernel[2 * (length - distance)] = value
    }
    var spectrum = [Double](repeating: 0, count: 2 * length)
    FourierTransform(count: length, inverse: false).run(kernel, &spectrum)
    // The kernel is real and even, so its spectrum is real; the inverse transform's scale goes in.
    response = (0..<length).map { spectrum[2 * $0] / Double(length) }
  }

  /// Filters rows.
  ///
  /// Two rows at a time are the real and imaginary parts of one transform, which a real, even
  /// filter keeps apart.
  ///
  /// - Parameters:
  ///   - rows: `count` samples each.
  ///   - output: As many samples as `rows`, overwritten.
  public func apply(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows.count % count == 0 && output.count == rows.count, "whole rows")
    let forward = FourierTransform(count: length, inverse: false)
    let inverse = FourierTransform(count: length, inverse: true)
    var signal = [Double](repeating: 0, count: 2 * length)
    var spectrum = signal
    let rowCount = rows.count / count
    for row in stride(from: 0, to: rowCount, by: 2) {
      let first = row * count
      let second = row + 1 < rowCount ? first + count : first
      for i in 0..<count {
        signal[2 * i] = Double(rows[first + i])
        signal[2 * i + 1] = Double(rows[second + i])
      }
      for i in (2 * count)..<(2 * length) { signal[i] = 0 }
      forward.run(signal, &spectrum)
      for i in 0..<length {
        spectrum[2 * i] *= response[i]
        spectrum[2 * i + 1] *= response[i]
      }
      inverse.run(spectrum, &signal)
      for i in 0..<count {
        output[first + i] = Float(signal[2 * i])
        output[second + i] = Float(signal[2 * i + (second == first ? 0 : 1)])
      }
    }
  }
}
