/// The integers in which non-local means of a slice reckons.
///
/// A value is a whole number of steps. With `t = min(|a - b|, most)`, a patch's distance is
///
///     s = Σ round((factor · t)² / 2¹⁵)
///
/// and its exponent `(s - floor) / unit` with `unit = one / 2^(6 + shift)`. One pair of voxels `most`
/// apart passes the cutoff by itself, so that nothing is lost by holding what is larger.
struct PlanarMeansScale {
  /// What 1 is in the base of the weight: 2¹⁶ / 2^(1/128), so that a full weight is 2¹⁵.
  static let one: UInt16 = 65_182
  /// The square of it, over 2¹⁶.
  static let oneSquared: UInt16 = 64_830
  /// The farthest that a search may reach: `PlanarMeansTile` keeps that many lanes beside its rows.
  static let farthest = 16
  /// About how many steps a pair of voxels may lie apart that still counts.
  private static let finest = 1024

  /// What one step is in the unit of the image.
  let step: Float
  /// The largest difference told from larger ones, in steps.
  let most: UInt16
  /// What a difference is multiplied with before it is squared.
  let factor: UInt16
  /// The distance that noise alone makes.
  let floor: Int16
  /// The distance from which a weight counts as nothing.
  let cutoff: Int16
  /// From a distance to the base of its weight, in bits.
  let shift: UInt16
  /// The weight of patches that do not differ.
  let full: Int16

  /// Chooses integers for a rule; nil where 16 bits are too few for it.
  init?(_ likeness: PatchLikeness) {
    let (patch, search) = (likeness.patchRadius, likeness.searchRadius)
    guard search.z == 0, patch.z == 0, max(search.x, search.y) < Self.farthest,
      !likeness.averagesSquares, likeness.cutoff <= 12
    else { return nil }
    let taps = 2 * patch.x + 1
    // A column of squares must stay below 2¹⁵.
    let largestSquare = 32_767 / taps
    let reach = Int(Double(largestSquare * 32_768).squareRoot())
    let factor = max(1, reach / Self.finest)
    let most = min(reach / factor, 32_767)
    let passing = Double((factor * most * factor * most + 16_384) >> 15)
    let strength = Double(likeness.filteringStrength)
    let power = strength * strength
    let floor = Double(likeness.noiseFloor) / power
    let last = floor + Double(likeness.cutoff)
    // Beyond, an exponent would have fewer than eight grades.
    guard last < 4096 else { return nil }
    var shift = 1
    func unit() -> Double { Double(Self.one) / Double(64 << shift) }
    while last * unit() > passing || (floor + 64) * unit() > 32_767 { shift += 1 }
    let step = Double(factor * taps) * strength / (32_768 * unit()).squareRoot()
    guard step.isFinite, Float(step) > 0 else { return nil }
    self.step = Float(step)
    self.most = UInt16(most)
    self.factor = UInt16(factor)
    self.floor = Int16((floor * unit()).rounded())
    cutoff = Int16((last * unit()).rounded())
    self.shift = UInt16(shift)
    let weight = PlanarMeansRows.Weight(
      floor: self.floor, cutoffs: SIMD2(repeating: cutoff), shift: UInt16(shift))
    full = weight.lanes(of: ShortLanes(repeating: Int16(0)))[0]
  }

  /// From the distances of two shifts, by turns, to their weights; none of a shift without pairs.
  func weight(of pairs: TwinPairs) -> PlanarMeansRows.Weight {
    PlanarMeansRows.Weight(
      floor: floor, cutoffs: [pairs.first.isEmpty ? 0 : cutoff, pairs.second.isEmpty ? 0 : cutoff],
      shift: shift)
  }

  /// How many shifts may add to 32 bits before their sums must be taken away.
  var shiftsAtOnce: Int { 32_767 / Int(most) }
}
