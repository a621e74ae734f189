internal import RestorationKernels

/// How strong the rings of a slice are, radius by radius.
///
/// A bad detector element leaves the same error on its whole circle, while anatomy differs from
/// direction to direction. So each of 32 sectors says what it finds at a radius, with the weight
/// that its own spread allows; a ring is where they agree.
struct RingProfile: Sendable {
  /// What to subtract at each sample of the radius; 0 where there is no ring.
  let heights: [Float]
  /// Samples of the radius at which the sectors agreed.
  let found: Int

  /// How many standard errors a ring's height has to be from zero: by chance one sample of a
  /// thousand slices is.
  private static let significance = 4.0
  /// The least share of the weight that has to be of the ring's sign.
  private static let agreement = 0.75
  /// The least height of a ring, as a part of the step that all sectors see around it: scanners
  /// overshoot beside steps, and that is the object's.
  private static let leastOfStep = 0.25
  /// The least part of a sector's samples, and of the sectors, that has to have something to say.
  private static let leastSamples = 0.3
  private static let leastSectors = PolarGrid.sectors / 2
  /// Pixels at the centre, and before the edge of the slice, in which nothing is looked for.
  private static let margin = 4
  /// A sector's weight is at most so many times the ordinary one.
  private static let mostWeight = 4.0

  /// Looks for the rings of a slice.
  ///
  /// - Parameters:
  ///   - plane: The slice, finite everywhere.
  ///   - excluded: Voxels that say nothing; nil when there are none.
  ///   - grid: The circles to look at.
  ///   - detail: What may be a ring.
  init(of plane: [Float], excluded: [UInt8]?, grid: PolarGrid, detail: RadialDetail) {
    let sectors = (0..<PolarGrid.sectors).map {
      SectorProfile(of: plane, excluded: excluded, grid: grid, detail: detail, sector: $0)
    }
    var agreed: [Double?] = []
    var any: [Double] = []
    let floor = Int(Self.leastSamples * Double(grid.directions))
    for radius in 0..<grid.radii {
      let height = Self.height(
        sectors.filter { $0.counts[radius] > floor }, radius, grid: grid, reach: detail.reach)
      agreed.append(height.flatMap { $0.isRing ? $0.value : nil })
      any.append(height?.value ?? 0)
    }
    found = agreed.count { $0 != nil }
    // The flanks of a ring are too low to be found by themselves.
    heights = any.indices.map { radius in
      let flanks = max(0, radius - 2)...min(any.count - 1, radius + 2)
      return flanks.contains { agreed[$0] != nil } ? Float(any[radius]) : 0
    }
  }

  /// How far the level rises or falls around a radius in most of the sectors that say something.
  private static func step(_ sectors: [SectorProfile], _ radius: Int, reach: Int) -> Double {
    let steps = sectors.map { sector in
      let levels = sector.levels[
        max(0, radius - reach)...min(sector.levels.count - 1, radius + reach)]
      return (levels.max() ?? 0) - (levels.min() ?? 0)
    }
    return steps.isEmpty ? 0 : steps.sorted()[steps.count / 2]
  }

  private static func height(
    _ sectors: [SectorProfile], _ radius: Int, grid: PolarGrid, reach: Int
  ) -> (value: Double, isRing: Bool)? {
    let margin = margin * PolarGrid.density
    guard radius >= margin, radius < grid.radii - margin else { return nil }
    guard sectors.count >= leastSectors else { return nil }
    var says = sectors.map {
      (height: $0.heights[radius], weight: 1 / $0.variance(at: radius, grid: grid))
    }
    let ordinary = says.map(\.weight).sorted()[says.count / 2]
    let most = mostWeight * ordinary
    var (total, sum) = (0.0, 0.0)
    for i in says.indices {
      says[i].weight = min(says[i].weight, most)
      total += says[i].weight
      sum += says[i].weight * says[i].height
    }
    let mean = sum / total
    var (spread, agreeing) = (0.0, 0.0)
    for (height, weight) in says {
      spread += weight * (height - mean) * (height - mean)
      if height * mean > 0 { agreeing += weight }
    }
    // Sectors that differ by more than their own noise lower the trust in all of them.
    let error = (max(1, spread / Double(says.count - 1)) / total).squareRoot()
    let isRing =
      abs(mean) > significance * error && agreeing >= agreement * total
      && abs(mean) > leastOfStep * step(sectors, radius, reach: 2 * reach + 1)
    return (mean, isRing)
  }
}

/// What one sector says of each radius.
private struct SectorProfile {
  /// The median detail.
  private(set) var heights: [Double]
  /// The median of what is left when detail is taken off.
  private(set) var levels: [Double]
  /// How many samples had something to say.
  private(set) var counts: [Int]
  /// Their spread (as a standard deviation), smoothed along the radius.
  private var spreads: [Double]

  /// Samples over which the spread is smoothed.
  private static let smoothing = 21

  init(
    of plane: [Float], excluded: [UInt8]?, grid: PolarGrid, detail: RadialDetail, sector: Int
  ) {
    let radii = grid.radii
    var details = [Float](repeating: 0, count: radii * grid.directions)
    var smooth = details
    var line = [Float](repeating: 0, count: radii)
    for turn in 0..<grid.directions {
      let direction = sector * grid.directions + turn
      grid.sample(plane, direction: direction, into: &line)
      let coarse = detail.separate(&line)
      for i in 0..<radii {
        details[i * grid.directions + turn] = line[i]
        smooth[i * grid.directions + turn] = coarse[i]
      }
      guard let excluded else { continue }
      for i in 0..<radii where grid.isLeftOut(excluded, direction: direction, sample: i) {
        details[i * grid.directions + turn] = .nan
      }
    }
    levels = (0..<radii).map { i in
      smooth.withUnsafeMutableBufferPointer {
        median(.init(rebasing: $0[i * grid.directions..<(i + 1) * grid.directions]))
      }
    }
    heights = [Double](repeating: 0, count: radii)
    counts = [Int](repeating: 0, count: radii)
    spreads = [Double](repeating: 0, count: radii)
    for i in 0..<radii {
      var says = details[i * grid.directions..<(i + 1) * grid.directions].filter { !$0.isNaN }
      guard !says.isEmpty else { continue }
      counts[i] = says.count
      let height = says.withUnsafeMutableBufferPointer { median($0) }
      heights[i] = height
      for j in says.indices { says[j] = abs(says[j] - Float(height)) }
      // The factor makes it the standard deviation of a normal distribution.
      spreads[i] = 1.4826 * says.withUnsafeMutableBufferPointer { median($0) }
    }
    spreads = Self.smoothed(spreads)
  }

  /// The variance of the median, which is that of a mean times half pi.
  func variance(at radius: Int, grid: PolarGrid) -> Double {
    // On small circles directions lie closer than pixels, and say the same.
    let all = Double(grid.directions)
    let apart = 2 * Double.pi * max(1, grid.radius(radius)) / Double(PolarGrid.sectors) / 1.5
    let samples = max(0.01, Double(counts[radius]) * min(1, apart / all))
    let spread = spreads[radius] + Self.leastSpread
    return Double.pi / 2 * spread * spread / samples
  }

  /// Added to each spread, in HU: a plane without noise is not to be trusted without bounds.
  private static let leastSpread = 0.05

  private static func smoothed(_ values: [Double]) -> [Double] {
    let reach = smoothing / 2
    return values.indices.map { i in
      let window = max(0, i - reach)...min(values.count - 1, i + reach)
      return values[window].reduce(0, +) / Double(window.count)
    }
  }
}
