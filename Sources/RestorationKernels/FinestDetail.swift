/// The finest wavelet band (db2, not decimated) of rows, columns and slices, beside the coarse one.
///
/// White noise of standard deviation σ has σ in `detail`, and the two bands of one place do not
/// correlate, so voxels may be chosen by `coarse` without bias in `detail`.
///
/// - SeeAlso: Daubechies, Ten Lectures on Wavelets, table 6.1 (four coefficients, unit norm).
package enum FinestDetail {
  /// Coefficients along each filtered axis.
  package static let taps = 4

  /// Smoothing coefficients; `highPass` is their mirror image with alternating signs.
  package static let lowPass: [Float] = {
    let root = Float(3).squareRoot()
    let norm = 4 * Float(2).squareRoot()
    return [(1 + root) / norm, (3 + root) / norm, (3 - root) / norm, (1 - root) / norm]
  }()

  /// Differencing coefficients.
  package static let highPass: [Float] = [lowPass[3], -lowPass[2], lowPass[1], -lowPass[0]]

  /// Filters along an axis on which values lie `step` apart.
  ///
  /// `source` holds at least `count + 3 * step` values from `first` on.
  package static func filter(
    _ source: Span<Float>, from first: Int, step: Int, coefficients: [Float],
    into output: inout MutableSpan<Float>, at target: Int, count: Int
  ) {
    let (a, b, c, d) = (coefficients[0], coefficients[1], coefficients[2], coefficients[3])
    source.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { output in
        guard let source = source.baseAddress.map({ $0 + first }),
          let output = output.baseAddress.map({ $0 + target })
        else { return }
        var i = 0
        while i + 8 <= count {
          let near = a * source.lanes(at: i) + b * source.lanes(at: i + step)
          let far = c * source.lanes(at: i + 2 * step) + d * source.lanes(at: i + 3 * step)
          output.store(near + far, at: i)
          i += 8
        }
        while i < count {
          let near = a * source[i] + b * source[i + step]
          output[i] = near + (c * source[i + 2 * step] + d * source[i + 3 * step])
          i += 1
        }
      }
    }
  }
}
