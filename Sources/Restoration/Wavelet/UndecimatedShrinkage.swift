import RestorationKernels
import VolumeModel

/// Shrinks the coefficients at every shift, and averages what the shifts give.
///
/// The filters of level l are spread by 2^l (à trous). Along an axis of n samples they give
/// n + (F − 1)·2^l coefficients, from which the samples follow exactly whatever the extension is.
/// Merging is linear, so each level's details are merged before the next level begins, and only
/// they and one approximation are held:
///
///     for each level:    split z, then y, then x        a → 8 bands, each row in cache
///                        shrink the 7 detail bands, keep the approximation for the next level
///                        merge x, then y, then z        details → d
///     for each, back:    a = d + low pass merge of a
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
      return try restoredLevels(samples, dimensions: dimensions, work: work)
    }
    // The rows of a plane are the slices of a volume one row high, which all cores can share.
    let shrinker = BandShrinker(
      method: shrinker.method, bank: shrinker.bank, levels: shrinker.levels, axes: [0, 2])
    return try UndecimatedShrinkage(shrinker: shrinker, plan: plan).restoredLevels(
      samples, dimensions: [dimensions.x, 1, dimensions.y], work: work)
  }

  private func restoredLevels(
    _ samples: [Float], dimensions: SIMD3<Int>, work: Work
  ) throws -> [Float] {
    var (approximation, shape) = (samples, dimensions)
    var finished: [(stage: UndecimatedLevel, details: [Float])] = []
    for level in 0..<shrinker.levels {
      try work.checkCancellation()
      let stage = UndecimatedLevel(
        shrinker: shrinker, thresholds: plan.thresholds[level], level: level, dimensions: shape)
      let (details, next) = stage.shrunkDetails(of: approximation)
      finished.append((stage, details))
      (approximation, shape) = (next, stage.extended)
      work.note(Double(level + 1) / Double(shrinker.levels + 1))
    }
    while var last = finished.popLast() {
      last.stage.add(approximation, to: &last.details)
      approximation = last.details
    }
    return approximation
  }
}
