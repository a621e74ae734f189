import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing

struct ProjectorTests {
  private func projected(_ plane: [Float], _ beam: ParallelBeam) -> [Float] {
    let projector = ParallelProjector(plane, beam: beam)
    var sinogram = [Float](repeating: .nan, count: beam.views * beam.detectors)
    unsafe sinogram.withUnsafeMutableBufferPointer { sinogram in
      for view in 0..<beam.views {
        let row = view * beam.detectors..<(view + 1) * beam.detectors
        unsafe projector.project(view, into: UnsafeMutableBufferPointer(rebasing: sinogram[row]))
      }
    }
    return sinogram
  }

  private func reconstructed(_ sinogram: [Float], _ beam: ParallelBeam) -> [Float] {
    var filtered = sinogram
    unsafe sinogram.withUnsafeBufferPointer { sinogram in
      unsafe filtered.withUnsafeMutableBufferPointer { filtered in
        unsafe RampFilter(count: beam.detectors).apply(sinogram, into: filtered)
      }
    }
    var plane = [Float](repeating: .nan, count: beam.columns * beam.rows)
    let projector = BackProjector(filtered, beam: beam)
    unsafe plane.withUnsafeMutableBufferPointer { plane in
      unsafe projector.backProject(0..<beam.rows, into: plane)
    }
    return plane
  }

  /// Two blobs on 33 x 33 pixels, as in Tests/Oracles/mar.py.
  private func blobs() -> [Float] {
    (0..<33 * 33).map { i in
      let x = Double(i % 33) - 16
      let y = Double(i / 33) - 16
      let bright = exp(-pow((x - 4) / 5, 2) - pow((y + 3) / 4, 2))
      return Float(bright + 0.5 * exp(-pow((x + 6) / 3, 2) - pow((y - 5) / 3, 2)))
    }
  }

  @Test("Line integrals equal a sum over linearly interpolated crossings, seed 4")
  func definition() {
    var generator = SplitMix64(seed: 4)
    let beam = ParallelBeam(columns: 19, rows: 13, views: 24)
    let plane = (0..<19 * 13).map { _ in Float.random(in: 0...1, using: &generator) }
    let sinogram = projected(plane, beam)
    func pixel(_ x: Int, _ y: Int) -> Double {
      (0..<19).contains(x) && (0..<13).contains(y) ? Double(plane[y * 19 + x]) : 0
    }
    for view in 0..<beam.views {
      let angle = Double.pi * Double(view) / Double(beam.views)
      for detector in 0..<beam.detectors {
        let s = Double(detector) - Double(beam.detectors - 1) / 2
        var sum = 0.0
        if abs(cos(angle)) >= abs(sin(angle)) {
          for y in 0..<13 {
            let x = (s - (Double(y) - 6) * sin(angle)) / cos(angle) + 9
            let left = Int(x.rounded(.down))
            let part = x - Double(left)
            sum += ((1 - part) * pixel(left, y) + part * pixel(left + 1, y)) / abs(cos(angle))
          }
        } else {
          for x in 0..<19 {
            let y = (s - (Double(x) - 9) * cos(angle)) / sin(angle) + 6
            let top = Int(y.rounded(.down))
            let part = y - Double(top)
            sum += ((1 - part) * pixel(x, top) + part * pixel(x, top + 1)) / abs(sin(angle))
          }
        }
        #expect(abs(Double(sinogram[view * beam.detectors + detector]) - sum) < 2e-4)
      }
    }
  }

  @Test(
    "Projection and its adjoint give the same scalar product, seed 5",
    arguments: [[64, 64, 1, 1, 90], [33, 57, 1, 1, 41], [40, 30, 1, 1.7, 60], [1, 9, 1, 1, 7]])
  func adjoint(shape: [Double]) {
    var generator = SplitMix64(seed: 5)
    let beam = ParallelBeam(
      columns: Int(shape[0]), rows: Int(shape[1]), columnSpacing: shape[2], rowSpacing: shape[3],
      views: Int(shape[4]))
    let plane = (0..<beam.columns * beam.rows).map { _ in
      Float.random(in: 0...1, using: &generator)
    }
    let sinogram = (0..<beam.views * beam.detectors).map { _ in
      Float.random(in: 0...1, using: &generator)
    }
    let projection = projected(plane, beam)
    let spread = ParallelProjector.adjoint(of: sinogram, beam: beam)
    let left = zip(projection, sinogram).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let right = zip(plane, spread).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(left - right) < 1e-5 * abs(left))
  }

  /// A disc with soft edges' worth of subsamples, so that its pixels hold their covered fraction.
  private func disc(_ beam: ParallelBeam, x: Double, y: Double, radius: Double) -> [Float] {
    (0..<beam.columns * beam.rows).map { i in
      var inside = 0
      for sub in 0..<64 {
        let dx = Double(i % beam.columns) + (Double(sub % 8) + 0.5) / 8 - 0.5
        let dy = Double(i / beam.columns) + (Double(sub / 8) + 0.5) / 8 - 0.5
        let px = (dx - Double(beam.columns - 1) / 2) * beam.columnSpacing - x
        let py = (dy - Double(beam.rows - 1) / 2) * beam.rowSpacing - y
        inside += px * px + py * py <= radius * radius ? 1 : 0
      }
      return Float(inside) / 64
    }
  }

  @Test(
    "A disc's line integrals are its chords, also with pixels that are not square",
    arguments: [(128, 128, 1.0), (128, 80, 1.6)])
  func chords(columns: Int, rows: Int, rowSpacing: Double) {
    let beam = ParallelBeam(columns: columns, rows: rows, rowSpacing: rowSpacing, views: 36)
    let sinogram = projected(disc(beam, x: 11, y: -7, radius: 30), beam)
    var squares = 0.0
    for view in 0..<beam.views {
      let angle = Double.pi * Double(view) / Double(beam.views)
      for detector in 0..<beam.detectors {
        let s = Double(detector) - Double(beam.detectors - 1) / 2
        let distance = s - 11 * cos(angle) + 7 * sin(angle)
        let chord = 2 * max(0, 900 - distance * distance).squareRoot()
        let error = Double(sinogram[view * beam.detectors + detector]) - chord
        squares += error * error
        // At the rim the chord's slope is infinite.
        if abs(abs(distance) - 30) > 2 * rowSpacing { #expect(abs(error) < 0.02 * 60) }
      }
    }
    #expect((squares / Double(sinogram.count)).squareRoot() < 0.01 * 60)
  }

  @Test("Filtered back-projection brings a plane back, without offset and with its corners")
  func roundTrip() {
    let beam = ParallelBeam(columns: 128, rows: 128, views: 192)
    let near = disc(beam, x: 8, y: 5, radius: 40)
    let corner = disc(beam, x: -55, y: -55, radius: 6)
    let plane = zip(near, corner).map { $0 + $1 }
    let back = reconstructed(projected(plane, beam), beam)
    func mean(_ x: Double, _ y: Double, _ radius: Double) -> Double {
      let region = disc(beam, x: x, y: y, radius: radius)
      let sum = zip(region, back).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      return sum / region.reduce(0.0) { $0 + Double($1) }
    }
    #expect(abs(mean(8, 5, 30) - 1) < 0.001)
    #expect(abs(mean(-55, -55, 3) - 1) < 0.01)
    #expect(abs(mean(45, -45, 12)) < 0.002)
    let squares = zip(plane, back).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    // Mostly at the edges: both interpolations are low-pass filters.
    #expect((squares / Double(plane.count)).squareRoot() < 0.035)
  }

  @Test("Line integrals agree with scikit-image's radon")
  func radon() {
    let beam = ParallelBeam(columns: 33, rows: 33, views: 8)
    let sinogram = projected(blobs(), beam)
    let first = (beam.detectors - 33) / 2
    for (view, row) in Self.radon.enumerated() {
      for (i, expected) in row.enumerated() {
        let value = sinogram[view * beam.detectors + first + 4 * i]
        // scikit-image interpolates in both directions, which blurs a little more.
        #expect(abs(value - expected) < 0.12)
      }
    }
  }

  @Test("Filtered back-projection agrees with scikit-image's iradon")
  func iradon() {
    let beam = ParallelBeam(columns: 33, rows: 33, views: 60)
    let back = reconstructed(projected(blobs(), beam), beam)
    for (row, values) in Self.iradon.enumerated() {
      for (column, expected) in values.enumerated() where expected != 0 {
        #expect(abs(back[8 * row * 33 + 8 * column] - expected) < 0.01)
      }
    }
  }

  @Test("Projection and back-projection of a plane of one pixel stay finite")
  func onePixel() {
    let beam = ParallelBeam(columns: 1, rows: 1, views: 16)
    let sinogram = projected([1], beam)
    #expect(sinogram.allSatisfy { $0.isFinite })
    #expect(reconstructed(sinogram, beam).allSatisfy { $0.isFinite })
  }

  // Views x every fourth detector, from Tests/Oracles/mar.py.
  private static let radon: [[Float]] = [
    [0.0000, 0.0489, 1.7270, 2.2528, 3.7871, 7.0898, 3.7384, 0.5481, 0.0223],
    [0.0000, 0.0025, 0.4087, 3.7987, 6.1531, 6.6508, 2.0897, 0.1752, 0.0014],
    [0.0000, 0.0033, 0.2128, 3.4983, 10.0563, 4.8570, 0.6040, 0.0154, 0.0000],
    [0.0000, 0.0120, 0.6324, 5.5281, 9.1756, 3.7167, 0.1495, 0.0005, 0.0000],
    [0.0002, 0.0561, 1.8573, 8.3240, 5.2139, 2.7935, 0.9827, 0.0115, 0.0000],
    [0.0035, 0.2920, 3.8948, 8.3842, 2.9720, 1.2244, 2.3074, 0.1622, 0.0004],
    [0.0203, 0.7134, 4.9692, 7.4355, 2.4003, 0.7313, 2.6010, 0.3870, 0.0018],
    [0.0380, 0.8563, 4.7957, 7.0004, 2.7310, 1.0066, 2.5503, 0.2845, 0.0010],
  ]

  // Every eighth row x every eighth column, from Tests/Oracles/mar.py; zeros lie outside its circle.
  private static let iradon: [[Float]] = [
    [0.0000, 0.0000, 0.0008, 0.0000, 0.0000],
    [0.0000, -0.0005, 0.1153, 0.1167, 0.0000],
    [-0.0005, 0.0240, 0.3017, 0.3018, 0.0021],
    [0.0000, 0.1208, 0.0032, -0.0012, 0.0000],
    [0.0000, 0.0000, 0.0002, 0.0000, 0.0000],
  ]
}
