import VolumeModel

/// How the planes of a result store their values, decided once for the whole stack.
///
/// The first of these ways in which every value fits, all planes alike: as the source does; with
/// Bits Stored grown to Bits Allocated; the same and signed; with a new linear rescale. Only where
/// the class of image forbids the last are values clipped, counted, and warned of.
struct DerivedEncoding {
  /// Bits, sign and rescale for each plane.
  var targets: [StoredPixels]
  /// The rescale that had to be chosen; of several the steepest.
  var newRescale: Rescale?
  /// What a reader should know.
  var warnings: [String] = []

  /// Decides.
  init(
    planes: [DerivedPixels], imageClass: DerivedImageClass
  ) throws(DicomError) {
    let sources = planes.map { $0.stack.slices[$0.plane.source].pixels.unpacked }
    var demands: [ClosedRange<Double>?] = []
    for plane in planes { demands.append(try plane.demand()) }
    // Real numbers have no other bits, no sign and no rescale that they would need.
    if sources.contains(where: \.isReal) {
      targets = sources
      return
    }
    var ways = [sources]
    if imageClass.allowsWidening {
      ways.append(sources.map { $0.widened(signed: $0.isSigned) })
      if imageClass.allowsSigned { ways.append(sources.map { $0.widened(signed: true) }) }
    }
    for way in ways where zip(way, demands).allSatisfy({ $0.holds($1) }) {
      targets = way
      return
    }
    switch imageClass.rescale {
    case .fixed:
      targets = ways[ways.count - 1]
      warnings = ["values outside the stored range were clipped: the class forbids a rescale"]
    case .slopeOnly:
      targets = Self.steepened(ways[ways.count - 1], demands)
      newRescale = targets.map(\.rescale).max { abs($0.slope) < abs($1.slope) }
    case .free, .lastResort:
      targets = try Self.rescaled(planes, ways[min(1, ways.count - 1)])
      newRescale = targets.first?.rescale
      if imageClass.rescale == .lastResort && !sources.allSatisfy(\.hasRescale) {
        warnings = ["a rescale was added although the class of image has none: values did not fit"]
      }
    }
  }

  /// The same intercept with slopes made steep enough, slice by slice.
  private static func steepened(
    _ pixels: [StoredPixels], _ demands: [ClosedRange<Double>?]
  ) -> [StoredPixels] {
    zip(pixels, demands).map { (source, demand) in
      guard let demand, !source.holds(demand) else { return source }
      let legal = source.storedRange
      var factor = demand.upperBound / legal.upperBound
      if legal.lowerBound < 0 { factor = max(factor, demand.lowerBound / legal.lowerBound) }
      var result = source
      let slope = DerivedDecimal.roundedUp(abs(source.rescale.slope) * factor)
      result.rescale.slope = source.rescale.slope < 0 ? -slope : slope
      return result
    }
  }

  /// One rescale for all planes: the source's slope moved along if that is enough, so that values
  /// that did not change stay exact, else the slope that spreads the values over all bits.
  private static func rescaled(
    _ planes: [DerivedPixels], _ pixels: [StoredPixels]
  ) throws(DicomError) -> [StoredPixels] {
    var low = Double.infinity
    var high = -Double.infinity
    for plane in planes {
      guard let range = try plane.modalityRange() else { continue }
      low = min(low, range.lowerBound)
      high = max(high, range.upperBound)
    }
    let legal = pixels.reduce(pixels[0].freeRange) { $0.clamped(to: $1.freeRange) }
    let first = pixels[0].rescale
    var chosen = first
    let steps = (high - low) / abs(first.slope)
    if pixels.allSatisfy({ $0.rescale == first }),
      steps + 2 < legal.upperBound - legal.lowerBound, first.slope > 0
    {
      let lowest = ((low - first.intercept) / first.slope).rounded(.down)
      chosen.intercept = DerivedDecimal.rounded(
        first.intercept + first.slope * (lowest - legal.lowerBound))
    } else {
      chosen.slope = DerivedDecimal.roundedUp(
        (high - low) / (legal.upperBound - legal.lowerBound - 2))
      chosen.intercept = DerivedDecimal.rounded(low - chosen.slope * (legal.lowerBound + 1))
    }
    return pixels.map { source in
      var result = source
      result.rescale = chosen
      result.hasRescale = true
      return result
    }
  }
}

extension StoredPixels {
  /// The same values in whole words: twelve bits a pixel are read packed and written in sixteen.
  fileprivate var unpacked: StoredPixels {
    var result = self
    if bitsAllocated == 12 { result.bitsAllocated = 16 }
    return result
  }

  /// Whether values fit.
  fileprivate func holds(_ demand: ClosedRange<Double>?) -> Bool {
    guard let demand else { return true }
    return storedRange.contains(demand.lowerBound) && storedRange.contains(demand.upperBound)
  }

  /// The larger part of the stored range beside the padding values.
  fileprivate var freeRange: ClosedRange<Double> {
    let legal = storedRange
    guard let padding = paddingNumbers else { return legal }
    let below = padding.lowerBound - 1
    let above = padding.upperBound + 1
    if above > legal.upperBound || below - legal.lowerBound > legal.upperBound - above {
      return legal.lowerBound...max(below, legal.lowerBound)
    }
    return max(above, legal.lowerBound)...legal.upperBound
  }
}
