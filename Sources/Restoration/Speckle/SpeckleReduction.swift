import RestorationKernels
public import VolumeModel

/// Reduces the speckle of ultrasound, frame by frame, and leaves a part of it.
///
/// Each pixel is averaged with those near it whose surroundings look alike, as in Bayesian non-local
/// means. What is compared are not the pixels themselves but a guide: the frame smoothed to the size of
/// its own speckle, so that speckle has little say in what is alike and structure has much. The size
/// and the spread of the speckle are measured in the scan, see `SpeckleMeasure`. With G the guide and
/// d the mean squared difference of 3 x 3 pixels of it,
///
///     w = exp(-d / (strength² · D)), 0 below exp(-12)      D: what speckle makes of d
///     result = keep · pixel + (1 - keep) · weighted mean
///
/// Every value is a mean of pixels that were there: nothing is sharpened and nothing is invented.
/// Pixels far brighter than speckle makes them (letters, callipers, single echoes) stay as they are.
///
/// - SeeAlso: P. Coupé et al., IEEE Trans. Image Process. 18(10):2221–2229, 2009 (OBNLM); Y. Yu and
///   S. Acton, IEEE Trans. Image Process. 11(11):1260–1270, 2002 (SRAD, compared in docs/methods.md).
public struct SpeckleReduction: RestorationMethod {
  /// The stable name of the step.
  public static let name = "speckle"

  /// How unlike pixels may be that are averaged, 0.1 to 1, as a part of what speckle makes.
  public var strength = 0.7
  /// The part of each pixel's own speckle that stays: 0.1 to 1.
  public var keep = 0.3

  /// The exponent from which a weight counts as nothing.
  private static let cutoff: Float = 12
  /// Pixels of the guide that are compared: 3 x 3.
  static let patch: SIMD3<Int> = [1, 1, 0]
  /// What lies further above the guide than so many spreads of it is no speckle.
  private static let brightness: Float = 4
  /// Frames that are measured, and frames that are worked on at a time.
  static let judges = 8
  static let batch = 16
  /// The widest search.
  static let farthest = 10

  /// Creates a method with the usual parameters.
  public init() {}

  /// Reduces the speckle of each frame.
  ///
  /// Notes `speckle_size` (pixels along x and y), `speckle_spread` (of the guide, scan's unit),
  /// `search_radius`, `strength` and `keep`.
  ///
  /// - Throws: `RestorationError` for a parameter out of range, no finite pixel, or values too great;
  ///   `CancellationError`.
  /// - Complexity: O(pixels · search²), 0.9 µs of CPU time a pixel at a radius of 10; scratch 16 frames.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    try check(strength, "strength", in: 0.1...1)
    try check(keep, "keep", in: 0.1...1)
    let usable = try usableExclusions(of: volume, excluding: excluded)
    _ = try calculableRange(of: volume, excluding: usable)
    let judged = min(volume.dimensions.z, Self.judges)
    let first = (volume.dimensions.z - judged) / 2
    let (size, spread) = measure(Frames(first..<first + judged, of: volume, excluding: usable))
    let search = Self.searchRadius(size)
    let figures: Figures = [
      "speckle_size": .list([.number(size.x), .number(size.y)]),
      "speckle_spread": .number(spread), "search_radius": .integer(search),
      "strength": .number(strength), "keep": .number(keep),
    ]
    guard spread > 0 else { return Restored(volume: volume, figures: figures) }
    try checkSquareable(spread, "the speckle's spread")
    let likeness = PatchLikeness(
      patchRadius: Self.patch, searchRadius: [search, search, 0], noiseFloor: 0,
      filteringStrength: Float(strength * spread), cutoff: Self.cutoff, averagesSquares: false)
    var restored = volume
    let count = volume.dimensions.z
    for batch in slabs(of: count, parts: (count + Self.batch - 1) / Self.batch) {
      let done = Double(batch.lowerBound) / Double(count)...Double(batch.upperBound) / Double(count)
      let voxels = try reduce(
        Frames(batch, of: volume, excluding: usable), size, spread: Float(spread), by: likeness,
        work: work.share(done))
      let start = batch.lowerBound * volume.planeCount
      for (i, value) in voxels.enumerated() { restored.voxels[start + i] = value }
    }
    return Restored(volume: restored, figures: figures)
  }

  /// The size of the speckle in pixels, and how far the guide scatters by it.
  private func measure(_ frames: Frames) -> (size: SIMD2<Double>, spread: Double) {
    let filled = fillingExcluded(frames.excluded, of: frames.volume)
    let measure = SpeckleMeasure(
      dimensions: frames.volume.dimensions, excluded: frames.excluded)
    let size = measure.size(of: filled)
    let guide = Self.guide(filled, frames.volume.dimensions, size)
    return (size, measure.spread(of: guide, size: size))
  }

  /// The voxels of some frames with less speckle; those excluded as they were.
  private func reduce(
    _ frames: Frames, _ size: SIMD2<Double>, spread: Float, by likeness: PatchLikeness, work: Work
  ) throws -> [Float] {
    let dimensions = frames.volume.dimensions
    var source = fillingExcluded(frames.excluded, of: frames.volume)
    var guide = Self.guide(source, dimensions, size)
    let left = marks(source, guide, spread: spread, excluding: frames.excluded, dimensions)
    if left != frames.excluded {
      source = fillingExcluded(left, of: frames.volume)
      guide = Self.guide(source, dimensions, size)
    }
    var voxels = try average(
      source, guide, excluding: left, of: dimensions, by: likeness, work: work)
    let part = Float(1 - keep)
    for i in voxels.indices { voxels[i] = source[i] + part * (voxels[i] - source[i]) }
    keepExcluded(left, of: frames.volume, in: &voxels)
    return voxels
  }

  /// The frames smoothed by a Gaussian of 1.8 speckles, 0.7 to 2 pixels.
  ///
  /// Narrower, speckle decides what is alike; wider, small vessels are compared with what is around
  /// them.
  private static func guide(
    _ voxels: [Float], _ dimensions: SIMD3<Int>, _ size: SIMD2<Double>
  ) -> [Float] {
    let bells = (0..<2).map { axis in
      GaussianBell(sigma: dimensions[axis] > 1 ? min(max(1.8 * size[axis], 0.7), 2) : 0)
    }
    return GaussianPass(dimensions, bells: bells).filtered(voxels)
  }

  /// What is excluded, and what is far brighter than speckle makes it, with the pixels beside it:
  /// letters, callipers and single strong echoes are neither averaged nor changed.
  private func marks(
    _ voxels: [Float], _ guide: [Float], spread: Float, excluding excluded: Mask?,
    _ dimensions: SIMD3<Int>
  ) -> Mask? {
    let plane = dimensions.x * dimensions.y
    var mask = excluded ?? Mask(dimensions: dimensions, repeating: false)
    for frame in 0..<dimensions.z {
      let range = frame * plane..<(frame + 1) * plane
      let bright = range.map { i -> UInt8 in
        voxels[i] - guide[i] > Self.brightness * spread ? 1 : 0
      }
      guard bright.contains(1) else { continue }
      for (i, bit) in PlaneMorphology.dilated(bright, columns: dimensions.x).enumerated()
      where bit != 0 { mask.bits[range.lowerBound + i] = 1 }
    }
    return mask.count > 0 ? mask : nil
  }

  /// Far enough to find a few independent speckles.
  private static func searchRadius(_ size: SIMD2<Double>) -> Int {
    min(max(Int((8 * (size.x * size.y).squareRoot()).rounded()), 6), farthest)
  }

  private func average(
    _ voxels: [Float], _ guide: [Float], excluding excluded: Mask?, of dimensions: SIMD3<Int>,
    by likeness: PatchLikeness, work: Work
  ) throws -> [Float] {
    let rim = likeness.patchRadius
    let reach = likeness.searchRadius &+ rim
    return try Tiles(of: dimensions, size: [128, 128, 1]).fill(work: work) { box, output in
      func near(_ voxels: [Float]) -> PaddedVolume {
        PaddedVolume(voxels, dimensions: dimensions, rim: rim, around: box, reach: reach)
      }
      let validity = excluded.map {
        PaddedVolume(
          countingWithout: $0.bits, dimensions: dimensions, rim: rim, around: box, reach: reach)
      }
      NonLocalMeansTile(box: box, likeness: likeness)
        .average(near(voxels), guide: near(guide), validity: validity, into: &output)
    }
  }
}

/// Some frames of a scan, and what is excluded of them.
private struct Frames {
  let volume: Volume
  let excluded: Mask?

  init(_ range: Range<Int>, of volume: Volume, excluding excluded: Mask?) {
    let dimensions: SIMD3<Int> = [volume.dimensions.x, volume.dimensions.y, range.count]
    let places = range.lowerBound * volume.planeCount..<range.upperBound * volume.planeCount
    self.volume = Volume(
      dimensions: dimensions, voxelSpacing: volume.voxelSpacing,
      voxels: Array(volume.voxels[places]))
    let mask = excluded.map { Mask(dimensions: dimensions, bits: Array($0.bits[places])) }
    self.excluded = mask.flatMap { $0.count > 0 ? $0 : nil }
  }
}
