import Restoration
import Testing
import VolumeModel

@Suite("CLAHE")
struct ClaheEqualizationTests {
  @Test("OpenCV mode equals OpenCV bit by bit, 8 and 16 bits, any size")
  func equalsOpenCV() throws {
    for expected in try ClaheExpectation.readAll() {
      let picture = ClaheExpectation.picture(
        expected.width, expected.height, greatest: expected.greatest)
      var method = ClaheEqualization()
      method.mode = .openCV
      method.bins = expected.greatest > 255 ? 65536 : 256
      method.clipLimit = expected.clipLimit
      method.tiles = [expected.tiles[0], expected.tiles[1]]
      let result = try method.apply(to: picture, excluding: nil, work: .unattended)
      let values = result.volume.voxels.map { Int($0) }
      let label: Comment = "\(expected.width)×\(expected.height) \(expected.greatest) \(method)"
      #expect(
        stride(from: 0, to: values.count, by: 61).map { values[$0] } == expected.every61st, label)
      let checksum = values.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 97 + 1) }
      #expect(checksum == expected.checksum, label)
    }
  }

  @Test("Bit depth, offset and scale don't matter", arguments: [(4096, 0), (60000, -1024)])
  func depthDoesNotMatter(levels: Int, offset: Int) throws {
    let picture = ClaheExpectation.picture(96, 80, greatest: 255)
    let scale = Float(levels / 256)
    let deep = picture.replacingVoxels(picture.voxels.map { $0 * scale + Float(offset) })
    let a = try equalize(picture).voxels
    let b = try equalize(deep).voxels.map { ($0 - Float(offset)) / scale }
    let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 999
    // Where many pixels share a level, its place between others differs by half of its count.
    #expect(worst < 5, "of 255 levels, \(worst)")
  }

  @Test("On 8 bits, in one tile and without a limit both modes see the same picture")
  func modesAgree() throws {
    var picture = ClaheExpectation.picture(256, 192, greatest: 255)
    (picture.voxels[0], picture.voxels[1]) = (0, 255)
    var method = ClaheEqualization()
    (method.clipLimit, method.tiles) = (0, [1, 1])
    let normalised = try method.apply(to: picture, excluding: nil, work: .unattended).volume
    method.mode = .openCV
    let compatible = try method.apply(to: picture, excluding: nil, work: .unattended).volume
    let sum = zip(normalised.voxels, compatible.voxels).reduce(0) { $0 + abs($1.0 - $1.1) }
    // With several tiles the modes differ by where tiles lie. In one tile they differ by whether a
    // level's place is the middle or the end of its count, half a level on average, and by rounding.
    #expect(sum / Float(picture.voxels.count) < 1)
  }

  @Test("The range of each slice stays, its contrast grows")
  func keepsRange() throws {
    var picture = ClaheExpectation.picture(64, 64, greatest: 900)
    picture.voxels = picture.voxels.map { $0 * 0.37 - 100 }
    let result = try equalize(picture)
    #expect(result.voxels.min() == picture.voxels.min())
    #expect(result.voxels.max() == picture.voxels.max())
    #expect(result != picture)
  }

  @Test("Contrast grows by no more than the clip limit, and by nothing at 1")
  func limitsContrast() throws {
    var ramp = Volume(dimensions: [128, 128, 1], repeating: 0)
    for y in 0..<128 {
      for x in 1..<127 { ramp[x, y, 0] = Float(900 + x) }
      ramp[127, y, 0] = 4000
    }
    for limit in [1, 1.5, 3] {
      var method = ClaheEqualization()
      (method.clipLimit, method.tiles) = (limit, [1, 1])
      let voxels = try method.apply(to: ramp, excluding: nil, work: .unattended).volume.voxels
      let slope = Double(voxels[100] - voxels[40]) / 60
      #expect(slope <= limit * 1.02 && slope > 0.9 * limit, "\(slope) at \(limit)")
    }
  }

  @Test("A volume's slices are equalized one by one")
  func slicesByThemselves() throws {
    let (a, b) = (
      ClaheExpectation.picture(40, 30, greatest: 255),
      ClaheExpectation.picture(40, 30, greatest: 4095)
    )
    let both = Volume(dimensions: [40, 30, 2], voxels: a.voxels + b.voxels)
    let result = try equalize(both)
    let expected = try equalize(a).voxels + equalize(b).voxels
    #expect(result.voxels == expected)
  }

  @Test(
    "Excluded pixels keep their bits and don't count", arguments: ClaheEqualization.Mode.allCases)
  func excludedPixels(mode: ClaheEqualization.Mode) throws {
    var method = ClaheEqualization()
    method.mode = mode
    var results: [[Float]] = []
    for padding in [Float.nan, -2000, .infinity] {
      var picture = ClaheExpectation.picture(64, 64, greatest: 255)
      var mask = Mask(dimensions: picture.dimensions, repeating: false)
      for y in 0..<64 {
        for x in 0..<64 where x + y < 50 || x > 60 {
          picture[x, y, 0] = padding
          mask[picture.index(x, y, 0)] = true
        }
      }
      var output = try method.apply(to: picture, excluding: mask, work: .unattended).volume.voxels
      for i in mask.bits.indices where mask[i] {
        #expect(output[i].bitPattern == padding.bitPattern)
        output[i] = 0
      }
      let isFinite = output.allSatisfy(\.isFinite)
      #expect(isFinite)
      results.append(output)
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }

  @Test("Constant, single-pixel and single-row slices come out finite")
  func degenerateSlices() throws {
    let constant = Volume(dimensions: [20, 20, 2], repeating: 7)
    #expect(try equalize(constant) == constant)
    let pixel = Volume(dimensions: [1, 1, 1], repeating: -3)
    #expect(try equalize(pixel) == pixel)
    let row = Volume(dimensions: [9, 1, 1], voxels: (0..<9).map { Float($0 * $0) - 4 })
    let equalized = try equalize(row)
    let isFinite = equalized.voxels.allSatisfy(\.isFinite)
    #expect(isFinite)
  }

  @Test(
    "What OpenCV mode cannot hold is refused", arguments: [-1, 0.5, 65536, .infinity] as [Float])
  func refusedValues(value: Float) {
    var method = ClaheEqualization()
    method.mode = .openCV
    var volume = Volume(dimensions: [4, 1, 1], voxels: [1, value, 3, 4])
    if value == .infinity { volume.voxels = [value, value, value, value] }
    #expect(throws: RestorationError.self) {
      try method.apply(to: volume, excluding: nil, work: .unattended)
    }
  }

  @Test("Parameters out of range are refused")
  func refusedParameters() {
    let volume = ClaheExpectation.picture(8, 8, greatest: 255)
    let changes: [(inout ClaheEqualization) -> Void] = [
      { $0.clipLimit = -1 }, { $0.clipLimit = .nan }, { $0.tiles = [0, 8] },
      { $0.tiles = [8, 65] }, { $0.bins = 1 },
      { ($0.mode, $0.bins) = (.openCV, 1024) },
    ]
    for change in changes {
      var method = ClaheEqualization()
      change(&method)
      #expect(throws: RestorationError.self) {
        try method.apply(to: volume, excluding: nil, work: .unattended)
      }
    }
  }

  private func equalize(_ volume: Volume) throws -> Volume {
    try ClaheEqualization().apply(to: volume, excluding: nil, work: .unattended).volume
  }
}
