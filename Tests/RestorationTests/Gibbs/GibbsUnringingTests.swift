import Foundation
import RestoradTestSupport
import Restoration
import RestorationKernels
import Testing
import VolumeModel

@Suite("Gibbs unringing")
struct GibbsUnringingTests {
  private static let side = 64

  /// A disc with steps, as a scanner sees it: k-space of a four times finer picture, cut.
  ///
  /// - Parameters:
  ///   - side: The side of the k-space that is acquired.
  ///   - zerosTo: The side that zeros fill up to.
  /// - Returns: The ringing slice and the mean of the fine picture over each voxel.
  private func scene(
    side: Int = side, zerosTo: Int? = nil
  ) -> (ringing: [Float], truth: [Float]) {
    let fine = 4 * side
    var picture = [Float](repeating: 0, count: fine * fine)
    for y in 0..<fine {
      for x in 0..<fine {
        let p = SIMD2(Double(x), Double(y)) / Double(fine) - 0.5
        let radius = (p * p).sum().squareRoot()
        picture[y * fine + x] = radius < 0.12 ? 40 : radius < 0.23 ? 160 : radius < 0.39 ? 100 : 12
      }
    }
    let spectrum = PlaneSpectrum(of: picture, columns: fine)
    let output = zerosTo ?? side
    var cut = PlaneSpectrum(of: [Float](repeating: 0, count: output * output), columns: output)
    for row in -side / 2 + 1..<side / 2 {
      for column in -side / 2 + 1..<side / 2 {
        let from = (row + fine) % fine * fine + (column + fine) % fine
        let to = (row + output) % output * output + (column + output) % output
        // Voxels are the means of 4 x 4 from their first on: half a fine voxel less than their own.
        let angle = 1.5 * 2 * Double.pi * Double(row + column) / Double(fine)
        let (c, s) = (cos(angle), sin(angle))
        let (re, im) = (spectrum.values[2 * from], spectrum.values[2 * from + 1])
        let scale = Double(output * output) / Double(fine * fine)
        cut.values[2 * to] = scale * (re * c - im * s)
        cut.values[2 * to + 1] = scale * (re * s + im * c)
      }
    }
    let truth = (0..<side * side).map { i -> Float in
      var sum: Float = 0
      for y in 0..<4 {
        for x in 0..<4 { sum += picture[(i / side * 4 + y) * fine + i % side * 4 + x] }
      }
      return sum / 16
    }
    return (cut.plane(), truth)
  }

  private func error(_ a: [Float], _ b: [Float]) -> Double {
    (zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / Double(a.count))
      .squareRoot()
  }

  private func run(
    _ volume: Volume, excluding excluded: Mask? = nil,
    _ configure: (inout GibbsUnringing) -> Void = { _ in }
  ) throws -> Restored {
    var method = GibbsUnringing()
    configure(&method)
    return try method.apply(to: volume, excluding: excluded, work: .unattended)
  }

  @Test("Ringing away from edges goes down fivefold, and edges stay")
  func truth() throws {
    let side = Self.side
    let (ringing, truth) = scene()
    let restored = try run(Volume(dimensions: [side, side, 1], voxels: ringing)).volume.voxels
    // Flat places: two voxels and more from any change of the truth.
    let flat = truth.indices.filter { i in
      let (x, y) = (i % side, i / side)
      guard (2..<side - 2).contains(x), (2..<side - 2).contains(y) else { return false }
      return (-2...2).allSatisfy { dy in
        (-2...2).allSatisfy { truth[(y + dy) * side + x + $0] == truth[i] }
      }
    }
    func flatError(_ voxels: [Float]) -> Double {
      error(flat.map { voxels[$0] }, flat.map { truth[$0] })
    }
    #expect(flatError(restored) < flatError(ringing) / 5)
    #expect(error(restored, truth) < 0.65 * error(ringing, truth))
    // The middle row crosses every edge; its steepest step keeps nearly all of its height.
    let row = side / 2 * side
    func steepest(_ voxels: [Float]) -> Float {
      (0..<side - 2).map { abs(voxels[row + $0 + 2] - voxels[row + $0]) }.max() ?? 0
    }
    #expect(steepest(restored) > 0.85 * steepest(truth))
  }

  @Test("Zeros around k-space are found, and the slice is unrung on the acquired grid")
  func zeroFilling() throws {
    let (ringing, _) = scene(side: 64, zerosTo: 128)
    let volume = Volume(dimensions: [128, 128, 1], voxels: ringing.map { abs($0) })
    let found = try run(volume)
    #expect(found.figures["acquired"] == .list([.integer(64), .integer(64)]))
    let blind = try run(volume) { $0.findsZeroFilling = false }
    #expect(blind.figures["acquired"] == .list([.integer(128), .integer(128)]))
    // In the bright ring and in the core, away from edges: on the zero-filled grid, shifts of half a
    // voxel are too short to reach where the ringing crosses zero.
    func ripple(_ voxels: [Float]) -> Double {
      let values = (0..<10).map { Double(voxels[64 * 128 + 59 + $0]) }
      let mean = values.reduce(0, +) / 10
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    #expect(ripple(found.volume.voxels) < 0.5 * ripple(volume.voxels))
    #expect(ripple(found.volume.voxels) < 0.7 * ripple(blind.volume.voxels))
  }

  @Test("A line agrees with the plain definition", arguments: [32, 33, 47])
  func definition(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    let lines = (0..<2).map { _ in (0..<count).map { _ in random.normal() } }
    var pair = (0..<2 * count).map { lines[$0 % 2][$0 / 2] }
    LineUnringing(count: count, shifts: 5, window: 1...3).correct(&pair)
    for (part, line) in lines.enumerated() {
      let expected = Self.plain(line, shifts: 5, window: 1...3)
      for i in 0..<count { #expect(abs(line[i] + pair[2 * i + part] - expected[i]) < 1e-9) }
    }
  }

  /// Kellner's method, word by word, with sums of cosines for the shifted lines.
  private static func plain(_ line: [Double], shifts: Int, window: ClosedRange<Int>) -> [Double] {
    let count = line.count
    func at(_ values: [Double], _ i: Int) -> Double { values[(i % count + count) % count] }
    func sampled(_ shift: Double) -> [Double] {
      (0..<count).map { i in
        (0..<count).reduce(0.0) { sum, j in
          let distance = Double(i) + shift - Double(j)
          let highest = (count - 1) / 2
          var kernel = 1.0
          for k in 1...highest { kernel += 2 * cos(2 * .pi * Double(k) * distance / Double(count)) }
          if count % 2 == 0 {
            kernel += cos(.pi * Double(i - j)) * cos(.pi * shift)
          }
          return sum + line[j] * kernel / Double(count)
        }
      }
    }
    func variation(_ values: [Double], _ i: Int) -> Double {
      let right = window.reduce(0) { $0 + abs(at(values, i + $1) - at(values, i + $1 + 1)) }
      let left = window.reduce(0) { $0 + abs(at(values, i - $1) - at(values, i - $1 - 1)) }
      return min(left, right)
    }
    var result = line
    var least = (0..<count).map { variation(line, $0) }
    for step in 1...shifts {
      for sign in [1.0, -1] {
        let shift = sign * 0.5 * Double(step) / Double(shifts)
        let values = sampled(shift)
        for i in 0..<count where variation(values, i) < least[i] {
          least[i] = variation(values, i)
          let other = at(values, shift > 0 ? i - 1 : i + 1)
          result[i] = (1 - abs(shift)) * values[i] + abs(shift) * other
        }
      }
    }
    return result
  }

  @Test("Slices along any axis are unrung alike")
  func axes() throws {
    let (ringing, _) = scene(side: 32)
    let side = 32
    let flat = try run(Volume(dimensions: [side, side, 1], voxels: ringing)).volume.voxels
    var standing = Volume(
      dimensions: [3, side, side], voxelSpacing: [5, 1, 1],
      voxels: [Float](repeating: 0, count: 3 * side * side))
    for i in 0..<3 * side * side { standing.voxels[i] = ringing[i / 3] }
    let restored = try run(standing)
    #expect(restored.figures["slice_axis"] == .text("x"))
    for i in 0..<side * side { #expect(restored.volume.voxels[3 * i + 1] == flat[i]) }
  }

  @Test("A constant slice and what is excluded stay bit by bit; what is not finite does no harm")
  func robust() throws {
    let constant = Volume(dimensions: [20, 18, 2], repeating: 3.7)
    #expect(try run(constant).volume == constant)
    var volume = Volume(dimensions: [64, 64, 1], voxels: scene().ringing)
    volume.voxels[70] = .nan
    volume.voxels[900] = .infinity
    var excluded = Mask(dimensions: volume.dimensions, repeating: false)
    excluded[2000] = true
    let restored = try run(volume, excluding: excluded).volume.voxels
    for i in restored.indices {
      #expect(
        [70, 900, 2000].contains(i)
          ? restored[i].bitPattern == volume.voxels[i].bitPattern : restored[i].isFinite)
    }
    let huge = Volume(dimensions: [64, 64, 1], voxels: scene().ringing.map { $0 * 1e34 })
    #expect(try run(huge).volume.voxels.allSatisfy(\.isFinite))
    let negative = Volume(dimensions: [64, 64, 1], voxels: scene().ringing.map { $0 - 500 })
    #expect(try run(negative).volume.voxels.allSatisfy { $0 < 0 })
  }

  @Test("Slices too small, and scans without any number, are unfit")
  func unfit() {
    let narrow = Volume(dimensions: [64, 8, 4], repeating: 1)
    let empty = Volume(dimensions: [32, 32, 1], repeating: .nan)
    for volume in [narrow, empty] {
      let found = #expect(throws: RestorationError.self) { try run(volume) }
      #expect(found?.code == .unfitVolume)
    }
    let found = #expect(throws: RestorationError.self) {
      try run(Volume(dimensions: [32, 32, 1], repeating: 1)) { $0.shifts = 0 }
    }
    #expect(found?.code == .invalidParameter)
  }
}
