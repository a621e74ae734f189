internal import RestorationKernels
public import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Takes out the rings that bad detector elements leave in CT slices.
///
/// An element that reads too much or too little leaves a circle about the point round which the
/// scanner turned, as wide as the element and of one strength all around. It is looked for in what
/// is finer along the radius than such a circle is wide, and subtracted where most directions agree
/// on it; a slice without rings comes out bit by bit. Steps of the object stay, even on circles about
/// that point. What does not: a real shell there, thinner than `width`, weaker than `limitHU` and
/// closed by more than half, which a slice does not tell from a ring. Arcs of less than three
/// quarters are left, and so is what lies within four pixels of the point.
///
/// Figures: `rings_slices` (slices with rings), `greatest_hu` (the strongest that was subtracted),
/// `center` (`stated` by parameter, `header`, or `middle` of the slice), `kept_input`.
///
/// - SeeAlso: J. Sijbers and A. Postnov, Phys. Med. Biol. 49:N247-N253, 2004, for medians in polar
///   coordinates; D. Prell, Y. Kyriakou and W. Kalender, Phys. Med. Biol. 54:3881-3895, 2009.
public struct RingSuppression: RestorationMethod {
  /// The stable name of the step.
  public static let name = "rings"

  /// How wide rings may be, in pixels, 1 to 8.
  public var width = 3.0
  /// How strong they may be, in HU, 1 to 1000.
  public var limitHU = 100.0
  /// Where the scanner turned, in mm along the rows and down the columns from the middle of the
  /// slice; nil to go by `centers`.
  public var offset: SIMD2<Double>?
  /// The same, as indices of column and row of each slice, as a header says it; empty for the middle.
  public var centers: [SIMD2<Double>] = []

  /// Creates a method with the usual parameters.
  public init() {}

  /// Slices smaller than this hold no circle to speak of.
  private static let leastSide = 64
  /// How often what is left is looked through again: flanks of strong rings show after the first.
  private static let passes = 2

  /// Looks for rings in each slice, and takes them out.
  ///
  /// - Throws: `RestorationError`: `.unfitVolume` for slices of less than 64 x 64 pixels and for a
  ///   centre outside of them, `.invalidParameter`, `CancellationError`.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    try check(width, "width", in: 1...8)
    try check(limitHU, "limitHU", in: 1...1000)
    let usable = try usableExclusions(of: volume, excluding: excluded)
    guard let range = try calculableRange(of: volume, excluding: usable) else {
      throw RestorationError(.unfitVolume, "rings: there is no voxel to look at")
    }
    let grids = try grids(for: volume)
    let filled = fillingExcluded(usable, of: volume)
    var restored = volume
    var greatest: [Float] = []
    for batch in slabs(of: volume.dimensions.z, parts: (volume.dimensions.z + 15) / 16) {
      try work.checkCancellation()
      let corrections = summaries(batch.count) { index -> Correction in
        let slice = batch.lowerBound + index
        let voxels = slice * volume.planeCount..<(slice + 1) * volume.planeCount
        return correction(
          Array(filled[voxels]), excluded: usable.map { Array($0.bits[voxels]) },
          grid: grids[slice], floor: range.lowerBound)
      }
      for (slice, correction) in zip(batch, corrections) {
        greatest.append(correction.greatest)
        guard let plane = correction.plane else { continue }
        let first = slice * volume.planeCount
        for i in plane.indices { restored.voxels[first + i] = plane[i] }
      }
      work.note(Double(batch.upperBound) / Double(volume.dimensions.z))
    }
    keepExcluded(usable, of: volume, in: &restored.voxels)
    return Restored(volume: restored, figures: figures(greatest))
  }
}

extension RingSuppression {
  private struct Correction: Sendable {
    /// The corrected slice; nil without rings.
    var plane: [Float]?
    /// The most that was subtracted.
    var greatest: Float = 0
  }

  private func correction(
    _ plane: [Float], excluded: [UInt8]?, grid: PolarGrid, floor: Float
  ) -> Correction {
    var result = Correction()
    var current = plane
    let detail = RadialDetail(width: width, limit: limitHU)
    for _ in 0..<Self.passes {
      let profile = RingProfile(of: current, excluded: excluded, grid: grid, detail: detail)
      guard profile.found > 0 else { break }
      subtract(profile.heights, grid, from: &current, floor: floor)
      result.plane = current
      result.greatest = max(result.greatest, profile.heights.reduce(0) { max($0, abs($1)) })
    }
    return result
  }

  /// Subtracts rings, except where the floor is reached: scanners cut off there, and what lies at
  /// the least value of the scan is not known to have a ring.
  private func subtract(
    _ heights: [Float], _ grid: PolarGrid, from plane: inout [Float], floor: Float
  ) {
    guard let last = heights.lastIndex(where: { $0 != 0 }) else { return }
    for row in 0..<grid.rows {
      let y = (Double(row) - grid.center.y) / grid.scale.y
      for column in 0..<grid.columns {
        let x = (Double(column) - grid.center.x) / grid.scale.x
        let sample = (x * x + y * y).squareRoot() * Double(PolarGrid.density)
        let before = Int(sample)
        guard before <= last, before + 1 < heights.count else { continue }
        let part = Float(sample - Double(before))
        let height = heights[before] * (1 - part) + heights[before + 1] * part
        let i = row * grid.columns + column
        if plane[i] > floor { plane[i] = max(floor, plane[i] - height) }
      }
    }
  }

  private func grids(for volume: Volume) throws -> [PolarGrid] {
    let (columns, rows) = (volume.dimensions.x, volume.dimensions.y)
    guard min(columns, rows) >= Self.leastSide else {
      throw RestorationError(
        .unfitVolume, "rings needs slices of at least \(Self.leastSide) x \(Self.leastSide) pixels")
    }
    let spacing = SIMD2(volume.voxelSpacing.x, volume.voxelSpacing.y)
    guard spacing.min() > 0, spacing.max() <= 8 * spacing.min() else {
      throw RestorationError(
        .unfitVolume, "rings: the voxel spacing within a slice must be positive and at most 8 to 1")
    }
    let middle = SIMD2(Double(columns - 1), Double(rows - 1)) / 2
    return try (0..<volume.dimensions.z).map { slice in
      let stated = centers.count == volume.dimensions.z ? centers[slice] : middle
      let center = offset.map { middle + $0 / spacing } ?? stated
      guard center.x.isFinite, center.y.isFinite else { throw Self.centerOutside }
      let grid = PolarGrid(columns: columns, rows: rows, center: center, spacing: spacing)
      guard grid.radii >= Self.leastSide / 2 else { throw Self.centerOutside }
      return grid
    }
  }

  private static let centerOutside = RestorationError(
    .unfitVolume,
    "rings: the point round which the scanner turned lies outside the slice or too near its edge")

  private func figures(_ greatest: [Float]) -> Figures {
    let touched = greatest.count { $0 > 0 }
    return [
      "rings_slices": .integer(touched),
      "greatest_hu": .number(Double(greatest.max() ?? 0)),
      "center": .text(offset != nil ? "stated" : centers.isEmpty ? "middle" : "header"),
      "kept_input": .flag(touched == 0),
    ]
  }
}
