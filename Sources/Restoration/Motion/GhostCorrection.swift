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
  /// Ghosting before the correction.
  let before: Double
  /// Ghosting after the correction; as before when nothing got better.
  let after: Double

  /// Corrects a plane, columns fastest; nil when it shows no air to judge ghosts by.
  init?(_ plane: [Float], columns: Int, strength: Double) {
    guard let regions = GhostRegions(plane, columns: columns) else { return nil }
    var trial = Trial(plane, regions)
    before = trial.measure.ghosting
    trial.attenuateOutliers()
    trial.removeGhosts()
    trial.taper(strength)
    after = trial.measure.ghosting
    corrected = trial.isChanged ? trial.plane : nil
  }
}

/// A plane on its way, with the measure that each step has to lower.
private struct Trial {
  private(set) var plane: [Float]
  private(set) var measure: GhostMeasure
  private(set) var isChanged = false

  private let regions: GhostRegions
  /// A magnitude image has no negative signal.
  private let isMagnitude: Bool

  /// Ghosting must fall to this part of it.
  private static let leastGain = 0.9
  /// The air's signal must fall to this part of it: stripes and smears keep their folded half in the
  /// air, so less can be gained there.
  private static let leastAirGain = 0.95
  /// What counts as not rougher: inverting a pattern raises noise a little, but taking away a copy
  /// that was not there in this phase draws its edges, which measured 10 % for a ghost of 8 %.
  private static let roughnessTolerance = 1.01
  /// Weaker ghosting is left alone: a good scan of a head shows 0.002, from the rim's own spread and
  /// from flow, and the American College of Radiology accepts 0.025.
  private static let leastGhosting = 0.01
  /// Ghosting that was worth a correction is followed down to this.
  private static let leftGhosting = 0.002
  /// Ghosting counts from so many standard errors on; neighbouring voxels share noise, which makes
  /// the true error two to four times as large.
  private static let leastSignificance = 8.0

  init(_ plane: [Float], _ regions: GhostRegions) {
    self.plane = plane
    self.regions = regions
    measure = GhostMeasure(plane, regions)
    isMagnitude = plane.allSatisfy { $0 >= 0 }
  }

  /// Brings single frequencies and lines back to the strength of their neighbours.
  mutating func attenuateOutliers() {
    // Strong lines hide weaker ones, so they are looked for again.
    let lines = Array(repeating: SpikeAttenuation.withoutStrongLines, count: 3)
    for step in [SpikeAttenuation.withoutSpikes] + lines {
      guard let spectrum = step(PlaneSpectrum(of: plane, columns: regions.columns)) else {
        continue
      }
      let ghosting = measure.ghosting + measure.uncertainty
      let roughness = Self.roughnessTolerance * measure.roughness
      let air = Self.leastAirGain * measure.air
      _ = take(spectrum.plane()) {
        $0.air < air && $0.ghosting <= ghosting && $0.roughness < roughness
      }
    }
  }

  /// Takes shifted copies of the object away, the strongest first.
  mutating func removeGhosts() {
    let significant = Self.leastSignificance * measure.uncertainty
    guard measure.ghosting > max(Self.leastGhosting, significant) else { return }
    for _ in 0..<4 where measure.ghosting > max(Self.leftGhosting, significant) {
      guard let ghost = PeriodicGhost(in: plane, regions) else { return }
      let everywhere = ghost.removed(from: PlaneSpectrum(of: plane, columns: regions.columns))
        .plane()
      let ghosting = Self.leastGain * measure.ghosting
      let roughness = Self.roughnessTolerance * measure.roughness
      if take(everywhere, if: { $0.ghosting < ghosting && $0.roughness < roughness }) { continue }
      // Over the object the copies may have any phase; a magnitude image does not tell. Where
      // taking them away roughens the object, only the air is corrected.
      let airOnly = plane.indices.map { regions.phaseAir[$0] ? everywhere[$0] : plane[$0] }
      guard take(airOnly, if: { $0.ghosting < ghosting }) else { return }
    }
  }

  /// Lowers the outer quarter of the phase-encoding frequencies of a corrected plane, where motion
  /// between lines shows as noise, along a cosine down to `1 - strength`.
  mutating func taper(_ strength: Double) {
    guard isChanged, strength > 0 else { return }
    var spectrum = PlaneSpectrum(of: plane, columns: regions.columns)
    let highest = Double(spectrum.rows) / 2
    for row in 0..<spectrum.rows {
      let frequency = Double(min(row, spectrum.rows - row)) / highest
      guard frequency > 0.75 else { continue }
      let factor = 1 - strength * (1 - cos(Double.pi * (frequency - 0.75) / 0.25)) / 2
      let line = 2 * row * spectrum.columns..<2 * (row + 1) * spectrum.columns
      for i in line { spectrum.values[i] *= factor }
    }
    let ghosting = measure.ghosting
    _ = take(spectrum.plane()) { $0.ghosting <= ghosting }
  }

  private mutating func take(
    _ candidate: [Float], if isBetter: (GhostMeasure) -> Bool
  ) -> Bool {
    let candidate = isMagnitude ? candidate.map { max(0, $0) } : candidate
    let candidateMeasure = GhostMeasure(candidate, regions)
    guard isBetter(candidateMeasure) else { return false }
    plane = candidate
    measure = candidateMeasure
    isChanged = true
    return true
  }
}
