import RestorationKernels
import VolumeModel

/// Shrinks the coefficients at every shift, and averages what the shifts give.
///
/// The filters of level l are spread by 2^l (à trous). Along an axis of n samples they give
/// n + (F − 1)·2^l coefficients, from which the samples follow exactly whatever the extension is.
/// The sum of details is linear, so each level is finished before the next begins:
///
///     level(a):  split z, then y, then x        a → 8 bands, each row in cache
///                shrink the 7 detail bands, keep the approximation a'
///                merge x, then y, then z        details → d
///                return d + lowpass merge of level(a')
///
/// - SeeAlso: Holschneider, Kronland-Martinet, Morlet and Tchamitchian, in Wavelets, Springer 1990;
///   Nason and Silverman, Lecture Notes in Statistics 103:281–299, 1995.
struct UndecimatedShrinkage: Sendable {
  /// The settled method.
  let shrinker: BandShrinker
  /// What is taken off each band.
  let plan: ShrinkagePlan

  /// Restores samples.
  ///
  /// - Throws: `CancellationError`.
  func restored(_ samples: [Float], dimensions: SIMD3<Int>, work: Work) throws -> [Float] {
    guard shrinker.axes == [0, 1] else {
      return try restored(samples, dimensions, level: 0, work: work)
    }
    // The rows of a plane are the slices of a volume one row high, which all cores can share.
    let shrinker = BandShrinker(
      method: shrinker.method, bank: shrinker.bank, levels: shrinker.levels, axes: [0, 2])
    return try UndecimatedShrinkage(shrinker: shrinker, plan: plan).restored(
      samples, [dimensions.x, 1, dimensions.y], level: 0, work: work)
  }

  private func restored(
    _ samples: [Float], _ dimensions: SIMD3<Int>, level: Int, work: Work
  ) throws -> [Float] {
    guard level < shrinker.levels else { return samples }
    try work.checkCancellation()
    let stage = UndecimatedLevel(
      shrinker: shrinker, thresholds: plan.thresholds[level], level: level, dimensions: dimensions)
    var (details, approximation) = stage.shrunkDetails(of: samples)
    work.note(Double(level + 1) / Double(shrinker.levels + 1))
    approximation = try restored(approximation, stage.extended, level: level + 1, work: work)
    stage.add(approximation, to: &details)
    return details
  }
}
