/// Weighted sums of values that lie symmetrically around each voxel of a row.
package enum SymmetricCorrelation {
  /// `output[i] = weights[0] · s[i] + Σ weights[k] · (s[i - k] + s[i + k])`, along any axis.
  ///
  /// - Parameters:
  ///   - source: Where all rows lie.
  ///   - centre: The position of the first voxel.
  ///   - pairs: For each further weight, the positions of the first voxels of its two rows.
  ///   - weights: From the centre outwards, one more than `pairs`.
  ///   - output: Receives the sums, as many as it holds.
  package static func apply(
    _ source: UnsafePointer<Float>, centre: Int, pairs: [(before: Int, after: Int)],
    weights: [Float], into output: UnsafeMutableBufferPointer<Float>
  ) {
    guard let target = output.baseAddress else { return }
    let count = output.count
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
      var sum = source.lanes(at: centre + i) * weights[0]
      for k in 0..<pairs.count {
        let two = source.lanes(at: pairs[k].before + i) + source.lanes(at: pairs[k].after + i)
        sum += two * weights[k + 1]
      }
      target.store(sum, at: i)
    }
    for i in whole..<count {
      var sum = source[centre + i] * weights[0]
      for k in 0..<pairs.count {
        sum += (source[pairs[k].before + i] + source[pairs[k].after + i]) * weights[k + 1]
      }
      target[i] = sum
    }
  }
}
