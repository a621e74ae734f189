/// Where the plane spectra of eight blocks lie in a ring of planes.
struct PlanePlaces {
  /// The ring's place of the first plane.
  let first: Int
  /// Planes in the ring.
  let depth: Int
  /// From a plane to the next.
  let step: Int
  /// Where the blocks' spectrum begins in a plane.
  let offset: Int

  /// Where the spectrum of a plane of the blocks begins.
  @inline(__always) func of(_ plane: Int) -> Int {
    let place = first + plane
    return (place < depth ? place : place - depth) * step + offset
  }
}

/// Transforms and shrinks eight blocks at a time, one in each lane.
enum CosineBlock {
  /// The part of the noise below which the square of a guide's coefficient counts as nothing.
  static let least: Float = 1 / 50

  /// The spectrum of the four rows of four voxels whose first one is given.
  static func planeSpectrum(
    _ corner: UnsafePointer<Float>, rowStride: Int, into spectrum: UnsafeMutablePointer<FloatLanes>
  ) {
    for y in 0..<4 {
      let row = corner + y * rowStride
      let line = forward(row.lanes(at: 0), row.lanes(at: 1), row.lanes(at: 2), row.lanes(at: 3))
      (spectrum[4 * y], spectrum[4 * y + 1]) = (line.0, line.1)
      (spectrum[4 * y + 2], spectrum[4 * y + 3]) = (line.2, line.3)
    }
    for x in 0..<4 {
      let line = forward(spectrum[x], spectrum[x + 4], spectrum[x + 8], spectrum[x + 12])
      (spectrum[x], spectrum[x + 4], spectrum[x + 8], spectrum[x + 12]) = line
    }
  }

  /// From a plane spectrum to values, in its place.
  static func bringBack(_ spectrum: UnsafeMutablePointer<FloatLanes>) {
    for x in 0..<4 {
      let line = backward(spectrum[x], spectrum[x + 4], spectrum[x + 8], spectrum[x + 12])
      (spectrum[x], spectrum[x + 4], spectrum[x + 8], spectrum[x + 12]) = line
    }
    for y in stride(from: 0, to: 16, by: 4) {
      let line = backward(spectrum[y], spectrum[y + 1], spectrum[y + 2], spectrum[y + 3])
      (spectrum[y], spectrum[y + 1], spectrum[y + 2], spectrum[y + 3]) = line
    }
  }

  /// Keeps the mean and what exceeds the threshold; adds the blocks, weighed, and gives the weight.
  ///
  /// `lines` is room for the 64 coefficients.
  static func threshold(
    _ spectra: UnsafePointer<FloatLanes>, _ place: PlanePlaces, _ threshold: Float,
    lines: UnsafeMutablePointer<FloatLanes>, into shrunk: UnsafeMutablePointer<FloatLanes>
  ) -> FloatLanes {
    let limit = FloatLanes(repeating: threshold)
    var kept = FloatLanes(repeating: 1)
    var active: UInt32 = 0
    for c in 0..<16 {
      let (a, b, d, e) = line(spectra, place, c)
      let greatest = a.magnitudes.larger(b.magnitudes).larger(
        d.magnitudes.larger(e.magnitudes))
      guard c == 0 || (limit - greatest).hasNegative else { continue }
      active |= 1 << UInt32(c)
      lines[4 * c] = c == 0 ? a : keep(a, limit, &kept)
      lines[4 * c + 1] = keep(b, limit, &kept)
      lines[4 * c + 2] = keep(d, limit, &kept)
      lines[4 * c + 3] = keep(e, limit, &kept)
    }
    let weight = FloatLanes(repeating: 1) / kept
    add(lines, active, weight, place, into: shrunk)
    return weight
  }

  /// The same for blocks of one plane.
  static func thresholdPlane(
    _ spectra: UnsafePointer<FloatLanes>, _ place: PlanePlaces, _ threshold: Float,
    into shrunk: UnsafeMutablePointer<FloatLanes>
  ) -> FloatLanes {
    let (spectrum, target) = (spectra + place.of(0), shrunk + place.of(0))
    let limit = FloatLanes(repeating: threshold)
    var kept = FloatLanes(repeating: 1)
    target[0] = spectrum[0]
    for c in 1..<16 { target[c] = keep(spectrum[c], limit, &kept) }
    let weight = FloatLanes(repeating: 1) / kept
    for c in 0..<16 { target[c] *= weight }
    return weight
  }

  /// Keeps of each coefficient what a guide's says is signal; adds the blocks, weighed.
  static func weigh(
    _ spectra: UnsafePointer<FloatLanes>, _ guides: UnsafePointer<FloatLanes>,
    _ place: PlanePlaces, _ noise: Float, lines: UnsafeMutablePointer<FloatLanes>,
    into shrunk: UnsafeMutablePointer<FloatLanes>
  ) -> FloatLanes {
    let noise = FloatLanes(repeating: noise)
    let limit = noise * FloatLanes(repeating: least)
    var squares = FloatLanes(repeating: 1)
    var active: UInt32 = 0
    for c in 0..<16 {
      let guide = line(guides, place, c)
      let (p, q, r, s) = (
        guide.0 * guide.0, guide.1 * guide.1, guide.2 * guide.2, guide.3 * guide.3
      )
      guard c == 0 || (limit - p.larger(q).larger(r.larger(s))).hasNegative else { continue }
      active |= 1 << UInt32(c)
      let (a, b, d, e) = line(spectra, place, c)
      lines[4 * c] = c == 0 ? a : part(of: a, p, noise, limit, &squares)
      lines[4 * c + 1] = part(of: b, q, noise, limit, &squares)
      lines[4 * c + 2] = part(of: d, r, noise, limit, &squares)
      lines[4 * c + 3] = part(of: e, s, noise, limit, &squares)
    }
    let weight = FloatLanes(repeating: 1) / squares
    add(lines, active, weight, place, into: shrunk)
    return weight
  }

  /// The same for blocks of one plane.
  static func weighPlane(
    _ spectra: UnsafePointer<FloatLanes>, _ guides: UnsafePointer<FloatLanes>,
    _ place: PlanePlaces, _ noise: Float, into shrunk: UnsafeMutablePointer<FloatLanes>
  ) -> FloatLanes {
    let (spectrum, guide) = (spectra + place.of(0), guides + place.of(0))
    let target = shrunk + place.of(0)
    let noise = FloatLanes(repeating: noise)
    let limit = noise * FloatLanes(repeating: least)
    var squares = FloatLanes(repeating: 1)
    target[0] = spectrum[0]
    for c in 1..<16 {
      target[c] = part(of: spectrum[c], guide[c] * guide[c], noise, limit, &squares)
    }
    let weight = FloatLanes(repeating: 1) / squares
    for c in 0..<16 { target[c] *= weight }
    return weight
  }

  /// A coefficient where it exceeds the limit, else 0; counts those kept.
  @inline(__always)
  private static func keep(
    _ value: FloatLanes, _ limit: FloatLanes, _ kept: inout FloatLanes
  ) -> FloatLanes {
    let zero = FloatLanes(repeating: 0)
    let isNoise = value.magnitudes .<= limit
    kept += FloatLanes(repeating: 1).replacing(with: zero, where: isNoise)
    return value.replacing(with: zero, where: isNoise)
  }

  /// The part of a coefficient that is signal by the square of a guide's; sums the squared factors.
  @inline(__always)
  private static func part(
    of value: FloatLanes, _ power: FloatLanes, _ noise: FloatLanes, _ limit: FloatLanes,
    _ squares: inout FloatLanes
  ) -> FloatLanes {
    // Of an overflowing power nothing is noise.
    let factor = (FloatLanes(repeating: 1) - noise / (power + noise))
      .replacing(with: FloatLanes(repeating: 0), where: power .<= limit)
    squares += factor * factor
    return value * factor
  }

  /// One line of coefficients along z.
  @inline(__always)
  private static func line(
    _ spectra: UnsafePointer<FloatLanes>, _ place: PlanePlaces, _ c: Int
  ) -> (FloatLanes, FloatLanes, FloatLanes, FloatLanes) {
    forward(
      spectra[place.of(0) + c], spectra[place.of(1) + c], spectra[place.of(2) + c],
      spectra[place.of(3) + c])
  }

  /// Brings the lines that are not all zero back along z and adds them to the planes.
  @inline(__always)
  private static func add(
    _ lines: UnsafeMutablePointer<FloatLanes>, _ active: UInt32, _ weight: FloatLanes,
    _ place: PlanePlaces, into shrunk: UnsafeMutablePointer<FloatLanes>
  ) {
    var left = active
    while left != 0 {
      let c = left.trailingZeroBitCount
      left &= left &- 1
      let (a, b, d, e) = backward(
        lines[4 * c] * weight, lines[4 * c + 1] * weight, lines[4 * c + 2] * weight,
        lines[4 * c + 3] * weight)
      shrunk[place.of(0) + c] += a
      shrunk[place.of(1) + c] += b
      shrunk[place.of(2) + c] += d
      shrunk[place.of(3) + c] += e
    }
  }
}
