import RestorationKernels
import VolumeModel

extension DetailSample {
  /// Rows of details that lie next to each other: few, so that they are spread over the slice.
  private static let stripRows = 4
  /// How far a detail's slope looks.
  private static let slopeReach = 3

  /// Takes about so many details at most, from narrow strips that are evenly spread over up to 32
  /// evenly spread slices: what lies between is not filtered.
  init(of volume: Volume, excluding excluded: Mask?, inStripsOfAbout limit: Int) {
    let taps = FinestDetail.taps
    let crossesSlices =
      FilterDimensions.auto.crossesSlices(of: volume) && volume.dimensions.z >= taps
    let positions = volume.dimensions.z - (crossesSlices ? taps - 1 : 0)
    let picks = slabs(of: positions, parts: 32).map { ($0.lowerBound + $0.upperBound) / 2 }
    let (columns, rows) = (volume.dimensions.x - taps + 1, volume.dimensions.y - taps + 1)
    let count = max(2, limit / (picks.count * Self.stripRows * columns))
    let strips = slabs(of: rows, parts: min(count, (rows + 3) / Self.stripRows)).map { part in
      let first = max(part.lowerBound, (part.lowerBound + part.upperBound - Self.stripRows) / 2)
      return first..<min(first + Self.stripRows, rows)
    }
    // An odd stride does not fall into step with rows of an even length.
    let stride = 2 * (picks.count * strips.count * Self.stripRows * columns / (2 * limit)) + 1
    let perStrip = (Self.stripRows * columns + stride - 1) / stride
    var all = [Detail](
      repeating: Detail(magnitude: .nan, mean: .nan, slope: .nan),
      count: picks.count * strips.count * perStrip)
    let parts = (0..<picks.count * strips.count).map { ($0 * perStrip)..<(($0 + 1) * perStrip) }
    fillConcurrently(&all, parts: parts) { part, output in
      let strip = strips[part % strips.count]
      let first = max(0, strip.lowerBound - Self.slopeReach)
      let plane = DetailPlane(
        of: volume, excluding: excluded, at: picks[part / strips.count],
        slices: crossesSlices ? taps : 1,
        rows: first..<min(volume.dimensions.y, strip.upperBound + Self.slopeReach + taps - 1))
      let within = strip.lowerBound - first..<strip.upperBound - first
      plane.take(every: stride, rows: within) { place, detail in output[place] = detail }
    }
    self.init(meaningfulOf: all)
  }
}
