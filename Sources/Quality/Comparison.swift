public import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// Compares a restored volume with a reference.
public enum Comparison {
  /// Measures PSNR, SSIM, mean absolute difference and mean shift.
  ///
  /// - Parameters:
  ///   - reference: What is compared with.
  ///   - restored: What is judged; same dimensions.
  ///   - excluded: Voxels to leave out; what is not finite in either volume is left out as well.
  ///   - dataRange: The peak of PSNR and the range L of SSIM, above 0; nil takes greatest - least of
  ///     the reference (1 when it is constant).
  ///   - similarity: The window of SSIM.
  /// - Returns: The figures.
  /// - Throws: `QualityError` when dimensions differ or no voxel is left.
  public static func measure(
    reference: Volume, restored: Volume, excluding excluded: Mask? = nil,
    dataRange: Double? = nil, similarity: StructuralSimilarity = StructuralSimilarity()
  ) throws -> ComparisonFigures {
    try QualityError.check(reference.dimensions, restored.dimensions)
    try QualityError.check(reference.dimensions, excluded?.dimensions)
    let counted = CountedVoxels(reference, restored, excluding: excluded)
    let moments = IntensityMoments(reference, counted, measuresDeviation: false)
    guard moments.count > 0 else { throw QualityError.nothingLeft() }
    let ownRange = Double(moments.greatest) - Double(moments.least)
    let range = dataRange ?? (ownRange > 0 ? ownRange : 1)
    let sums = differences(reference, restored, counted)
    let count = Double(moments.count)
    return ComparisonFigures(
      psnrDecibel: 10 * log10(range * range * count / sums.squares),
      ssim: similarity.mean(
        reference, restored, counted, dataRange: range, shift: Float(moments.mean)),
      mae: sums.magnitudes / count, meanShift: sums.plain / count, dataRange: range)
  }

  private struct Sums {
    var plain = 0.0
    var magnitudes = 0.0
    var squares = 0.0
  }

  private static func differences(
    _ reference: Volume, _ restored: Volume, _ counted: CountedVoxels
  ) -> Sums {
    let parts = parts(of: reference.voxels.count)
    let found = concurrentMap(parts.count) { part in
      if counted.bits == nil { return differences(reference.voxels, restored.voxels, parts[part]) }
      var sums = Sums()
      for i in parts[part] where counted[i] {
        let difference = Double(restored.voxels[i]) - Double(reference.voxels[i])
        sums.plain += difference
        sums.magnitudes += abs(difference)
        sums.squares += difference * difference
      }
      return sums
    }
    return found.reduce(into: Sums()) { total, part in
      total.plain += part.plain
      total.magnitudes += part.magnitudes
      total.squares += part.squares
    }
  }

  /// The same where every voxel counts; four sums at once, as one would wait for itself.
  private static func differences(
    _ reference: [Float], _ restored: [Float], _ part: Range<Int>
  ) -> Sums {
    var (plain, magnitudes, squares) = (
      SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 0)
    )
    func add(_ step: SIMD4<Double>) {
      plain += step
      magnitudes += step.replacing(with: -step, where: step .< 0)
      squares += step * step
    }
    let whole = part.lowerBound + part.count / 4 * 4
    for i in stride(from: part.lowerBound, to: whole, by: 4) {
      add(doubles(restored, i) - doubles(reference, i))
    }
    for i in whole..<part.upperBound {
      add([Double(restored[i]) - Double(reference[i]), 0, 0, 0])
    }
    return Sums(plain: plain.sum(), magnitudes: magnitudes.sum(), squares: squares.sum())
  }

  @inline(__always)
  private static func doubles(_ values: [Float], _ i: Int) -> SIMD4<Double> {
    SIMD4(Double(values[i]), Double(values[i + 1]), Double(values[i + 2]), Double(values[i + 3]))
  }
}
