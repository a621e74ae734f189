import RestorationKernels
import VolumeModel

/// Shrinks the coefficients at every shift, and averages what the shifts give.
///
/// The filters of level l are spread by 2^l (à trous). Along an axis of n samples they give
/// n + (F − 1)·2^l coefficients, from which the samples follow exactly whatever the extension is.
/// Merging is linear, so only one level is worked on at a time, from the coarsest to the finest, in
/// the place of its samples and a few slices at a time; what it works on is made anew from the
/// samples by low passes, which costs less than holding the details of all levels:
///
///     for each level, back:  a = samples, low pass split `level` times
///                            split z, then y, then x     a → 8 bands, each row in cache
///                            shrink the 7 detail bands
///                            merge x, then y, then z     a = details + low pass merge of a below
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
  /// - Parameters:
  ///   - samples: As they are.
  ///   - filling: Makes what stands in for the excluded ones; nil when there are none.
  ///   - dimensions: Their counts along x, y and z.
  ///   - work: Told how far it is, and asked whether to go on.
  /// - Returns: The restored samples.
  /// - Throws: `CancellationError`.
  func restored(
    _ samples: [Float], filling: () -> ExclusionFill?, dimensions: SIMD3<Int>, work: Work
  ) throws -> [Float] {
    guard shrinker.axes == [0, 1] else {
      return try restoredLevels(samples, filling: filling, dimensions: dimensions, work: work)
    }
    // The rows of a plane are the slices of a volume one row high, which all cores can share.
    let shrinker = BandShrinker(
      method: shrinker.method, bank: shrinker.bank, levels: shrinker.levels, axes: [0, 2])
    let plane = filling()?.filled() ?? samples
    return try UndecimatedShrinkage(shrinker: shrinker, plan: plan).restoredLevels(
      plane, filling: { nil }, dimensions: [dimensions.x, 1, dimensions.y], work: work)
  }

  /// Whether a volume is restored class by class: its coarse levels would take many volumes.
  static func isClasswise(levels: Int, axes: [Int]) -> Bool { levels > 3 && axes == [0, 1, 2] }

  private func restoredLevels(
    _ samples: [Float], filling: () -> ExclusionFill?, dimensions: SIMD3<Int>, work: Work
  ) throws -> [Float] {
    var stages: [UndecimatedLevel] = []
    for level in 0..<shrinker.levels {
      stages.append(
        UndecimatedLevel(
          shrinker: shrinker, thresholds: plan.thresholds[level], level: level,
          dimensions: stages.last?.extended ?? dimensions))
    }
    if Self.isClasswise(levels: shrinker.levels, axes: shrinker.axes) {
      return try ClasswiseShrinkage(stages: stages).restored(
        filling()?.filled() ?? samples, work: work)
    }
    var restored: [Float]?
    for level in stages.indices.reversed() {
      try work.checkCancellation()
      var approximation =
        level == 0
        ? filling()?.filled() ?? samples
        : filling().map { stages[0].approximation(of: $0) } ?? stages[0].approximation(of: samples)
      for stage in stages[..<level].dropFirst() {
        approximation = stage.approximation(of: approximation)
      }
      stages[level].restore(&approximation, below: restored)
      restored = approximation
      work.note(Double(stages.count - level) / Double(stages.count + 1))
    }
    return restored ?? samples
  }
}
