public import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Takes the lines of an anti-scatter grid out of X-ray pictures.
///
/// Grid lines are a wave with one frequency over the whole picture, in the spectrum a sharp peak beside
/// an axis. Where there is such a peak, the wave is followed over the picture (its strength and phase
/// may change slowly) and subtracted. A picture without a peak comes out bit by bit.
///
/// - SeeAlso: C.-Y. Lin et al., Comput. Methods Programs Biomed. 73(1):53–60, 2004, and I. Belykh and
///   C. Cornelius, Proc. SPIE 4322:1467–1478, 2001, for the removal of grid lines by notches.
public struct GridlineSuppression: RestorationMethod {
  /// The stable name of the step.
  public static let name = "gridlines"

  /// Over how many pixels the wave's strength and phase may change: 4 to 64.
  public var extent = 16
  /// The part of the wave that is subtracted: above 0, to 1.
  public var strength = 1.0

  /// Creates a method with the usual parameters.
  public init() {}

  /// Looks for grid lines in each slice, and takes them out.
  ///
  /// - Throws: `RestorationError`: `.unfitVolume` for slices of less than 256 x 256 pixels.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    try check(extent, "extent", in: 4...64)
    guard strength > 0, strength <= 1 else {
      throw RestorationError(.invalidParameter, "gridlines: strength must be above 0, to 1")
    }
    let least = GridSpectrum.side
    guard volume.dimensions.x >= least, volume.dimensions.y >= least else {
      throw RestorationError(
        .unfitVolume, "gridlines needs pictures of at least \(least) x \(least) pixels")
    }
    let usable = try usableExclusions(of: volume, excluding: excluded)
    _ = try calculableRange(of: volume, excluding: usable, upTo: 1e37)
    let filled = fillingExcluded(usable, of: volume)
    var restored = volume
    var found: [GridPeak] = []
    for slice in 0..<volume.dimensions.z {
      try work.checkCancellation()
      let range = slice * volume.planeCount..<(slice + 1) * volume.planeCount
      let plane = Array(filled[range])
      let peaks = GridSpectrum(of: plane, columns: volume.dimensions.x).peaks()
      found += peaks
      if !peaks.isEmpty {
        let waves = waves(peaks, in: plane, columns: volume.dimensions.x)
        for (i, place) in range.enumerated() { restored.voxels[place] -= waves[i] }
      }
      work.note(Double(slice + 1) / Double(volume.dimensions.z))
    }
    keepExcluded(usable, of: volume, in: &restored.voxels)
    return Restored(
      volume: restored,
      figures: [
        "waves": .integer(found.count),
        "frequencies": .list(found.map { .list([.number($0.x), .number($0.y)]) }),
        "kept_input": .flag(found.isEmpty),
      ])
  }

  /// The sum of the waves at these frequencies, times `strength`.
  ///
  /// Each is brought to frequency 0, smoothed, and brought back: 2 Re(e^(iwx) G * (e^(-iwx) I)).
  private func waves(_ peaks: [GridPeak], in plane: [Float], columns: Int) -> [Float] {
    // Without its coarse part, what the picture's edges cut off does not leak into the wave.
    let coarse = BoxSmoothing(columns: columns, radius: 4).smoothed(plane)
    let fine = zip(plane, coarse).map { $0 - $1 }
    let smoothing = BoxSmoothing(columns: columns, radius: extent)
    var sum = [Float](repeating: 0, count: plane.count)
    for peak in peaks {
      // What smoothing left of the wave in `coarse` is missing in `fine`.
      let gain = Float(strength / (1 - BoxSmoothing.response(radius: 4, peak)))
      let carrier = Carrier(peak, columns: columns, rows: plane.count / columns)
      let real = smoothing.smoothed(carrier.times(fine, quarter: 0))
      let imaginary = smoothing.smoothed(carrier.times(fine, quarter: 1))
      let back = (carrier.times(real, quarter: 0), carrier.times(imaginary, quarter: 1))
      for i in sum.indices { sum[i] += 2 * gain * (back.0[i] + back.1[i]) }
    }
    return sum
  }
}

/// A wave over a picture.
private struct Carrier {
  private let columns: Int
  private let x: [(cosine: Float, sine: Float)]
  private let y: [(cosine: Float, sine: Float)]

  init(_ peak: GridPeak, columns: Int, rows: Int) {
    self.columns = columns
    func circle(_ frequency: Double, _ count: Int) -> [(cosine: Float, sine: Float)] {
      (0..<count).map { place in
        let angle = 2 * Double.pi * frequency * Double(place)
        return (Float(cos(angle)), Float(sin(angle)))
      }
    }
    x = circle(peak.x, columns)
    y = circle(peak.y, rows)
  }

  /// A plane times the cosine of the wave, or times its sine a quarter later.
  func times(_ plane: [Float], quarter: Int) -> [Float] {
    var product = plane
    let parts = slabs(of: y.count)
    fillConcurrently(
      &product, parts: parts.map { $0.lowerBound * columns..<$0.upperBound * columns }
    ) { part, elements in
      for (line, row) in parts[part].enumerated() {
        let (c, s) = y[row]
        for i in 0..<columns {
          let factor =
            quarter == 0 ? x[i].cosine * c - x[i].sine * s : x[i].sine * c + x[i].cosine * s
          elements[line * columns + i] *= factor
        }
      }
    }
    return product
  }
}
