/// How non-local means weighs a voxel by the likeness of its patch.
///
/// With `d` the mean squared difference of two patches, the weight is
/// `exp(-max(d - noiseFloor, 0) / filteringStrength²)`, and 0 where the exponent passes `cutoff`.
package struct PatchLikeness: Sendable {
  /// Voxels from the centre of a patch to its edge along x, y and z.
  package var patchRadius: SIMD3<Int>
  /// Voxels from the centre of the search window to its edge along x, y and z.
  package var searchRadius: SIMD3<Int>
  /// The mean squared difference that noise alone makes, 2σ².
  package var noiseFloor: Float
  /// The h of the papers, above 0.
  package var filteringStrength: Float
  /// The exponent from which a weight counts as nothing.
  package var cutoff: Float
  /// Whether squares are averaged, as Rician noise wants, instead of values.
  package var averagesSquares: Bool

  /// Creates a rule; the radii along x and y agree, that along z agrees with them or is 0.
  package init(
    patchRadius: SIMD3<Int>, searchRadius: SIMD3<Int>, noiseFloor: Float,
    filteringStrength: Float, cutoff: Float, averagesSquares: Bool
  ) {
    self.patchRadius = patchRadius
    self.searchRadius = searchRadius
    self.noiseFloor = noiseFloor
    self.filteringStrength = filteringStrength
    self.cutoff = cutoff
    self.averagesSquares = averagesSquares
  }

  /// Half of the shifts from a voxel to its candidates; the other half is their opposites.
  var halfOfShifts: [SIMD3<Int>] {
    let radius = searchRadius
    var shifts: [SIMD3<Int>] = []
    for z in 0...radius.z {
      for y in (z == 0 ? 0 : -radius.y)...radius.y {
        for x in (z == 0 && y == 0 ? 1 : -radius.x)..<(radius.x + 1) {
          shifts.append([x, y, z])
        }
      }
    }
    return shifts
  }

  /// Every other one of those shifts, that each stands for the next along x too; the last of a row
  /// stands for itself where none follows.
  var halfOfShiftsByTwins: [SIMD3<Int>] {
    var twins: [SIMD3<Int>] = []
    for shift in halfOfShifts {
      if let last = twins.last, shift == last &+ [1, 0, 0] { continue }
      twins.append(shift)
    }
    return twins
  }
}
