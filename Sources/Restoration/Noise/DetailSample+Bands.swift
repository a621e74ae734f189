import RestorationKernels
import VolumeModel

extension DetailSample {
  /// Rows of details that are filtered together.
  private static let bandRows = 64
  /// How far a detail's slope looks.
  private static let reach = 3

  /// Takes every so many details of a single slice, in bands of rows for all cores.
  ///
  /// An odd stride does not fall into step with rows of an even length.
  init(ofPlane volume: Volume, excluding excluded: Mask?, every stride: Int) {
    let taps = FinestDetail.taps
    let (columns, rows) = (volume.dimensions.x - taps + 1, volume.dimensions.y - taps + 1)
    let bands = slabs(of: rows, parts: (rows + Self.bandRows - 1) / Self.bandRows)
    var parts: [Range<Int>] = []
    for band in bands {
      let first = parts.last?.upperBound ?? 0
      parts.append(first..<(first + (band.count * columns + stride - 1) / stride))
    }
    var all = [Detail](
      repeating: Detail(magnitude: .nan, mean: .nan, slope: .nan),
      count: parts.last?.upperBound ?? 0)
    fillConcurrently(&all, parts: parts) { part, output in
      let band = bands[part]
      let first = max(0, band.lowerBound - Self.reach)
      let plane = DetailPlane(
        of: volume, excluding: excluded, at: 0, slices: 1,
        rows: first..<min(volume.dimensions.y, band.upperBound + Self.reach + taps - 1))
      let within = band.lowerBound - first..<band.upperBound - first
      plane.take(every: stride, rows: within) { place, detail in output[place] = detail }
    }
    self.init(meaningfulOf: all)
  }
}
