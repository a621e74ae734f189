#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The suppression of ghosts and motion noise in one plane whose columns are the phase-encoding
/// direction.
struct GhostCorrection {
  /// The corrected plane; nil when nothing got better.
  let corrected: [Float]?
  /// Ghosting before and after; the same when nothing got better.
  let before: Double
  let after: Double

  /// Each step must lower what it is meant to lower to this part of it.
  private static let leastGain = 0.9
  /// Stripes and smears keep their folded half in the air, so less can be gained there.
  private static let leastAirGain = 0.95
  /// What counts as not rougher: inverting a pattern raises noise a little, but taking away a copy
  /// that was not there in this phase draws its edges, which measured 10 % for a ghost of 8 %.
  private static let roughnessTolerance = 1.01
  /// Weaker ghosting is below what can be told from noise and shading.
  private static let leastGhosting = 0.002

  /// Ghosting counts from so many standard errors on; neighbouring voxels share noise, which makes
  /// the true error two to four times as large.
  private static let leastSignificance = 8.0

  /// Corrects a plane, columns fastest; nil when it shows no air to judge ghosts by.
  init?(_ plane: [Float], columns: Int, strength: Double) {
    guard let regions = GhostRegions(plane, columns: columns) else { return nil }
    var best = plane
    var measure = GhostMeasure(plane, regions)
    before = measure.ghosting
    func take(_ candidate: [Float], if isBetter: (GhostMeasure) -> Bool) -> Bool {
      let candidateMeasure = GhostMeasure(candidate, regions)
      guard isBetter(candidateMeasure) else { return false }
      best = candidate
      measure = candidateMeasure
      return true
    }
    var isChanged = false
    for step in [SpikeAttenuation.withoutSpikes, SpikeAttenuation.withoutStrongLines] {
      guard let spectrum = step(PlaneSpectrum(of: best, columns: columns)) else {
        print("none")
        continue
      }
      let candidate = Self.notNegative(spectrum.plane(), like: plane)
      isChanged =
        take(candidate) {
          $0.air < Self.leastGain * measure.air && $0.ghosting <= measure.ghosting
            && $0.roughness <= measure.roughness
        } || isChanged
    }
    // Each round finds the strongest ghost that is left.
    let least = max(Self.leastGhosting, Self.leastSignificance * measure.uncertainty)
    for _ in 0..<4 where measure.ghosting > least {
      guard let ghost = PeriodicGhost(in: best, regions) else { break }
      let everywhere = Self.notNegative(
        ghost.removed(from: PlaneSpectrum(of: best, columns: columns)).plane(), like: plane)
      var isTaken = take(everywhere) {
        $0.ghosting < Self.leastGain * measure.ghosting
          && $0.roughness < Self.roughnessTolerance * measure.roughness
      }
      if !isTaken {
        // Over the object the copies may have any phase; a magnitude image does not tell. Where
        // taking them away roughens the object, only the air is corrected.
        let airOnly = best.indices.map { regions.phaseAir[$0] ? everywhere[$0] : best[$0] }
        isTaken = take(airOnly) { $0.ghosting < Self.leastGain * measure.ghosting }
      }
      guard isTaken else { break }
      isChanged = true
    }
    if isChanged && strength > 0 {
      let calmed = Self.notNegative(
        Self.tapered(best, columns: columns, strength: strength), like: plane)
      _ = take(calmed) { $0.ghosting <= measure.ghosting }
    }
    after = measure.ghosting
    corrected = isChanged ? best : nil
  }

  /// Lowers the outer quarter of the phase-encoding frequencies, where motion between lines shows
  /// as noise, along a cosine down to `1 - strength`.
  private static func tapered(_ plane: [Float], columns: Int, strength: Double) -> [Float] {
    var spectrum = PlaneSpectrum(of: plane, columns: columns)
    let highest = Double(spectrum.rows) / 2
    for row in 0..<spectrum.rows {
      let frequency = Double(min(row, spectrum.rows - row)) / highest
      guard frequency > 0.75 else { continue }
      let factor = 1 - strength * (1 - cos(Double.pi * (frequency - 0.75) / 0.25)) / 2
      for i in 2 * row * columns..<2 * (row + 1) * columns { spectrum.values[i] *= factor }
    }
    return spectrum.plane()
  }

  /// A magnitude image has no negative signal.
  private static func notNegative(_ plane: [Float], like source: [Float]) -> [Float] {
    guard source.allSatisfy({ $0 >= 0 }) else { return plane }
    return plane.map { max(0, $0) }
  }
}
