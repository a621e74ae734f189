import DicomFormat
import Foundation
import ScanModel
import Testing
import VolumeModel

@Suite("Pixel formats beyond 16 grey bits") struct PixelFormatTests {
  /// Writes an image, reads it, and gives file and stack to the body.
  private func reading<Result>(
    _ image: DicomBytes, _ body: (DicomStack, String) throws -> Result
  ) throws -> Result {
    try TestFiles.withFolder { folder in
      try image.write(to: folder + "/x")
      let stack = try #require(DicomSeries.read(paths: [folder + "/x"]).stacks.first)
      return try body(stack, folder + "/x")
    }
  }

  /// The result of a restoration, read anew.
  private func written(_ stack: DicomStack, _ restored: [Float]) throws -> (DicomStack, DerivedItem)
  {
    try DerivedSources.writing(stack, restored: stack.volume.replacingVoxels(restored)) {
      (written, folder) in
      let path = folder + "/" + written.fileNames[0]
      return (
        try #require(DicomSeries.read(paths: [path]).stacks.first),
        try DerivedDataset(path: path).root
      )
    }
  }

  private static func item(_ elements: [(UInt32, String, [UInt8])]) -> [UInt8] {
    var inner = DicomBytes()
    inner.hasPreamble = false
    for (tag, vr, value) in elements { inner.set(tag, vr, value) }
    return [0xFE, 0xFF, 0x00, 0xE0] + FragmentedFile.little(UInt32(inner.file.count)) + inner.file
  }

  private static func words(_ values: [Int]) -> [UInt8] {
    values.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8 & 0xFF)] }
  }

  // MARK: Modality LUT

  /// Stored -2 to 3 and a padding of -9, through a table from -1 to 2.
  private func mapped(bits: Int, entries: [Int]) -> DicomBytes {
    var image = DicomBytes.image(
      modality: "CR", columns: 7, rows: 1,
      words: [-9, -2, -1, 0, 1, 2, 3].map { UInt16(bitPattern: $0) })
    image.set(0x0028_0120, us: -9, vr: "SS")
    image.set(
      0x0028_3000, "SQ",
      Self.item([
        (0x0028_3002, "SS", Self.words([entries.count, -1, bits])),
        (0x0028_3004, "LO", Array("OD".utf8)), (0x0028_3006, "OW", Self.words(entries)),
      ]))
    return image
  }

  @Test(
    "Values go through a Modality LUT, and the result holds what it gives", arguments: [12, 16])
  func modalityTable(_ bits: Int) throws {
    let image = mapped(bits: bits, entries: [4000, 200, 100, 50])
    try reading(image) { (stack, _) in
      #expect(stack.volume.voxels == [4000, 4000, 4000, 200, 100, 50, 50])
      #expect(stack.excluded?.bits == [1, 0, 0, 0, 0, 0, 0])
      var restored = stack.volume.voxels
      restored[3] = 210
      let (result, root) = try written(stack, restored)
      #expect(result.volume.voxels == restored)
      #expect(result.slices[0].pixels.bitsStored == bits)
      #expect(!result.slices[0].pixels.isSigned && result.slices[0].pixels.padding == nil)
      #expect(!root.has(DerivedTag(0x0028_3000)) && !root.has(DerivedTag(0x0028_0120)))
    }
  }

  @Test("A Modality LUT that lies about itself, or stands beside a rescale, is refused by name")
  func brokenTable() throws {
    var short = mapped(bits: 12, entries: [4000, 200, 100, 50])
    short.set(
      0x0028_3000, "SQ",
      Self.item([
        (0x0028_3002, "SS", Self.words([4000, -1, 12])), (0x0028_3006, "OW", Self.words([1, 2])),
      ]))
    var double = mapped(bits: 12, entries: [4000, 200, 100, 50])
    double.set(0x0028_1052, "DS", text: "0")
    double.set(0x0028_1053, "DS", text: "2")
    for image in [short, double] {
      let error = #expect(throws: DicomError.self) { try reading(image) { (_, _) in } }
      #expect(error?.code == .unsupported)
      #expect(error?.reason.contains("Modality LUT") == true)
    }
  }

  // MARK: 32 bits

  @Test(
    "Signed words of 32 bits are read and written back",
    arguments: [DicomBytes.Coding.explicitLittle, .explicitBig])
  func thirtyTwoBits(_ coding: DicomBytes.Coding) throws {
    let values: [Int32] = [-70_000, 0, 1 << 22, 5]
    var image = DicomBytes.image(columns: 4, rows: 1, words: [], coding: coding)
    for (tag, value) in [(0x0028_0100, 32), (0x0028_0101, 32), (0x0028_0102, 31)] {
      image.set(UInt32(tag), us: value)
    }
    let little = values.flatMap { FragmentedFile.little(UInt32(bitPattern: $0)) }
    let big = values.flatMap { FragmentedFile.big(UInt32(bitPattern: $0)) }
    image.set(0x7FE0_0010, "OW", coding == .explicitBig ? big : little)
    try reading(image) { (stack, _) in
      #expect(stack.slices[0].storedValues == values)
      var restored = stack.volume.voxels
      restored[3] = -7
      let (result, _) = try written(stack, restored)
      #expect(result.slices[0].storedValues == [-70_000, 0, 1 << 22, -7])
      #expect(result.slices[0].pixels.bitsAllocated == 32)
    }
    image.set(0x0028_0103, us: 0)
    try reading(image) { (stack, _) in
      // The bits of 4,294,897,296.
      #expect(stack.slices[0].storedValues == values)
      #expect(stack.volume.voxels == [Float(4_294_897_296.0 as Double), 0, 4_194_304, 5])
      var restored = stack.volume.voxels
      restored[3] = 3_000_000_000
      let (result, _) = try written(stack, restored)
      #expect(result.slices[0].storedValues == [-70_000, 0, 1 << 22, -1_294_967_296])
    }
  }

  // MARK: Colours

  /// Grey, red, grey with a tint, green: 4 x 2 pixels, the lower row a Doppler spectrum.
  private static let rgb: [[UInt8]] = [
    [50, 50, 50], [200, 10, 10], [60, 58, 62], [0, 90, 0],
    [70, 70, 70], [70, 70, 70], [70, 70, 70], [9, 9, 99],
  ]

  private func ultrasound(_ photometric: String, samples: [UInt8], isPlanar: Bool = false)
    -> DicomBytes
  {
    var image = DicomBytes.image(modality: "US", columns: 4, rows: 2, words: [])
    for (tag, value) in [
      (0x0028_0002, photometric == "PALETTE COLOR" ? 1 : 3), (0x0028_0006, isPlanar ? 1 : 0),
      (0x0028_0100, 8), (0x0028_0101, 8), (0x0028_0102, 7), (0x0028_0103, 0),
    ] {
      image.set(UInt32(tag), us: value)
    }
    image.set(0x0028_0004, "CS", text: photometric)
    image.set(0x0018_6011, "SQ", region(1, 1, rows: 0, 1) + region(4, 10, rows: 1, 1))
    image.set(0x7FE0_0010, "OB", samples)
    return image
  }

  private func region(_ format: Int, _ type: Int, rows first: Int, _ last: Int) -> [UInt8] {
    Self.item([
      (0x0018_6012, "US", Self.words([format])), (0x0018_6014, "US", Self.words([type])),
      (0x0018_6018, "UL", FragmentedFile.little(0)),
      (0x0018_601A, "UL", FragmentedFile.little(UInt32(first))),
      (0x0018_601C, "UL", FragmentedFile.little(3)),
      (0x0018_601E, "UL", FragmentedFile.little(UInt32(last))),
    ])
  }

  private func pixels(_ root: DerivedItem) -> [UInt8] {
    root.binary(DerivedTag(0x7FE0_0010)) ?? []
  }

  @Test("Only grey pixels of tissue change, all others bit by bit stay", arguments: [false, true])
  func coloured(_ isPlanar: Bool) throws {
    let plain = Self.rgb.flatMap(\.self)
    let planar = (0..<3).flatMap { channel in Self.rgb.map { $0[channel] } }
    try reading(ultrasound("RGB", samples: isPlanar ? planar : plain, isPlanar: isPlanar)) {
      (stack, _) in
      #expect(stack.excluded?.bits == [0, 1, 0, 1, 1, 1, 1, 1])
      #expect(stack.volume.voxels[0] == 50)
      // Excluded voxels change too, to see that they come back all the same.
      let (result, root) = try written(stack, stack.volume.voxels.map { $0 + 5 })
      var expected = Self.rgb
      expected[0] = [55, 55, 55]
      expected[2] = [65, 63, 67]
      #expect(pixels(root) == expected.flatMap(\.self))
      #expect(root.text(DerivedTag(0x0028_0004)) == "RGB")
      #expect(root.text(DerivedTag(0x0028_0006)) == "0")
      #expect(result.slices[0].colours?.samples == expected.flatMap(\.self))
    }
  }

  @Test("Coded luminance becomes red, green and blue; coloured pixels keep theirs")
  func luminance() throws {
    // Two pixels a pair: Y Y Cb Cr; only the second pair of the upper row has colour.
    let halved: [UInt8] = [
      50, 60, 128, 129, 70, 80, 90, 200, 1, 2, 128, 128, 3, 4, 128, 128,
    ]
    try reading(ultrasound("YBR_FULL_422", samples: halved)) { (stack, _) in
      #expect(stack.volume.voxels.prefix(2) == [50, 60])
      #expect(stack.volume.voxels.suffix(4) == [1, 2, 3, 4])
      #expect(stack.excluded?.bits == [0, 0, 1, 1, 1, 1, 1, 1])
      let (_, root) = try written(stack, stack.volume.voxels.map { $0 - 5 })
      #expect(root.text(DerivedTag(0x0028_0004)) == "RGB")
      // Cr of 129 adds 1.4 to red and takes 0.7 from green; Cb 90, Cr 200 by the standard's matrix.
      #expect(
        pixels(root) == [
          46, 44, 45, 56, 54, 55, 171, 32, 3, 181, 42, 13, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4,
        ])
    }
  }

  @Test("A palette is resolved into its colours") func palette() throws {
    var image = ultrasound("PALETTE COLOR", samples: [0, 1, 2, 3, 0, 0, 0, 0])
    let tables = [[10, 200, 60, 0], [10, 20, 60, 90], [10, 30, 60, 0]]
    for (channel, table) in tables.enumerated() {
      image.set(0x0028_1101 + UInt32(channel), "US", Self.words([4, 0, 16]))
      image.set(0x0028_1201 + UInt32(channel), "OW", Self.words(table.map { $0 << 8 }))
    }
    try reading(image) { (stack, _) in
      #expect(stack.excluded?.bits == [0, 1, 0, 1, 1, 1, 1, 1])
      let (_, root) = try written(stack, stack.volume.voxels.map { $0 + 1 })
      #expect(pixels(root).prefix(12) == [11, 11, 11, 200, 20, 30, 61, 61, 61, 0, 90, 0])
      #expect(root.text(DerivedTag(0x0028_0002)) == "3")
      #expect(!root.has(DerivedTag(0x0028_1101)) && !root.has(DerivedTag(0x0028_1203)))
    }
  }

  @Test("Without a region of tissue, or off ultrasound, an image in colour is skipped")
  func skipped() throws {
    var nowhere = ultrasound("RGB", samples: Self.rgb.flatMap(\.self))
    nowhere.remove(0x0018_6011)
    var camera = ultrasound("RGB", samples: Self.rgb.flatMap(\.self))
    camera.set(0x0008_0060, "CS", text: "XC")
    for (image, reason) in [(nowhere, "tissue"), (camera, "a colour image (RGB)")] {
      try TestFiles.withFolder { folder in
        try image.write(to: folder + "/x")
        guard
          case .whole(let facts) = DicomProbe.verdict(
            path: folder + "/x", question: ProbeQuestion())
        else {
          Issue.record("not whole")
          return
        }
        #expect(facts.skipReason?.contains(reason) == true)
      }
    }
  }
}
