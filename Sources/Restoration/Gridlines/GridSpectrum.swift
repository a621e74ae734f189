#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The frequency of a wave, in cycles per pixel.
struct GridPeak: Sendable, Equatable {
  let x: Double
  let y: Double
}

/// The mean power spectrum of a picture, over overlapping tiles.
struct GridSpectrum {
  /// Pixels along a side of a tile.
  static let side = 256
  /// The least frequency of grid lines, in cycles per tile; anatomy is below.
  private static let least = 20
  /// How far from an axis the peak of tilted lines may lie, in cycles per tile.
  private static let tilt = 8
  /// How far a peak has to rise above what is around it.
  private static let rise = 10.0
  private static let mostPeaks = 6

  private var power: [Double]

  /// Measures a picture of at least `side` pixels along each axis, columns fastest.
  init(of plane: [Float], columns: Int) {
    let side = Self.side
    let rows = plane.count / columns
    func starts(_ count: Int) -> [Int] {
      let steps = max(1, 2 * count / side - 1)
      return (0..<steps).map { steps > 1 ? $0 * (count - side) / (steps - 1) : 0 }
    }
    let tiles = starts(rows).flatMap { y in starts(columns).map { x in (x, y) } }
    let window = (0..<side).map {
      Float(0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(side)))
    }
    power = [Double](repeating: 0, count: side * side)
    for batch in slabs(of: tiles.count, parts: (tiles.count + 15) / 16) {
      let spectra = summaries(batch.count) { i -> [Float] in
        let (x, y) = tiles[batch.lowerBound + i]
        var tile = (0..<side * side).map { plane[(y + $0 / side) * columns + x + $0 % side] }
        let mean = Float(tile.reduce(0.0) { $0 + Double($1) } / Double(tile.count))
        for i in tile.indices { tile[i] = (tile[i] - mean) * window[i % side] * window[i / side] }
        let spectrum = PlaneSpectrum(of: tile, columns: side)
        return tile.indices.map { Float(spectrum.magnitude($0)) }
      }
      for spectrum in spectra {
        for i in power.indices { power[i] += Double(spectrum[i]) * Double(spectrum[i]) }
      }
    }
  }

  /// The peaks of grid lines, the highest first along each axis.
  func peaks() -> [GridPeak] {
    peaks(alongX: true) + peaks(alongX: false)
  }

  private func peaks(alongX: Bool) -> [GridPeak] {
    let highest = Self.side / 2
    // The strongest frequency beside the axis, and where.
    let ridge = (0...highest).map { along -> (power: Double, across: Int) in
      (-Self.tilt...Self.tilt).map { (at(along, $0, alongX), $0) }.max { $0.0 < $1.0 } ?? (0, 0)
    }
    let candidates = (Self.least..<highest - 1).filter { along in
      guard ridge[along].power > 0 else { return false }
      let isTop = (-3...3).allSatisfy {
        along + $0 > highest || ridge[along + $0].power <= ridge[along].power
      }
      return isTop
        && ridge[along].power > Self.rise * surroundings(of: along, ridge[along].across, alongX)
    }
    return candidates.sorted { ridge[$0].power > ridge[$1].power }.prefix(Self.mostPeaks / 2).map {
      peak($0, ridge[$0].across, alongX)
    }
  }

  /// The most power in a frame around a peak, 4 to 12 away.
  ///
  /// Edges and bars raise whole ridges, and steps along a slanted edge a line beside it; the lines of a
  /// grid, which run over the whole picture, raise one place.
  private func surroundings(of along: Int, _ across: Int, _ alongX: Bool) -> Double {
    var most = 0.0
    for i in max(0, along - 12)...along + 12 {
      for j in across - 12...across + 12 where max(abs(i - along), abs(j - across)) >= 4 {
        most = max(most, at(i, j, alongX))
      }
    }
    return most
  }

  /// The place of a peak between the frequencies of the tile, from the parabola of the logarithms.
  private func peak(_ along: Int, _ across: Int, _ alongX: Bool) -> GridPeak {
    func offset(_ before: Double, _ at: Double, _ after: Double) -> Double {
      let (a, b, c) = (log(max(before, 1e-300)), log(max(at, 1e-300)), log(max(after, 1e-300)))
      let bend = a - 2 * b + c
      return bend < 0 ? min(max((a - c) / (2 * bend), -0.5), 0.5) : 0
    }
    let top = at(along, across, alongX)
    let u =
      Double(along) + offset(at(along - 1, across, alongX), top, at(along + 1, across, alongX))
    let v =
      Double(across) + offset(at(along, across - 1, alongX), top, at(along, across + 1, alongX))
    let side = Double(Self.side)
    return alongX ? GridPeak(x: u / side, y: v / side) : GridPeak(x: v / side, y: u / side)
  }

  private func at(_ along: Int, _ across: Int, _ alongX: Bool) -> Double {
    let side = Self.side
    let (x, y) = alongX ? (along, across) : (across, along)
    return power[(y + side) % side * side + (x + side) % side]
  }
}
