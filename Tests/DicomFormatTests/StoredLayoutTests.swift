import DicomFormat
import Foundation
import ScanModel
import Testing
import VolumeModel

@Suite("Cutting stored values out of their words") struct StoredLayoutTests {
  private func read(_ image: DicomBytes) throws -> DicomStack {
    try TestFiles.withFolder { folder in
      try image.write(to: folder + "/x")
      return try #require(DicomSeries.read(paths: [folder + "/x"]).stacks.first)
    }
  }

  private func stored(_ image: DicomBytes) throws -> [Int32] {
    try #require(read(image).slices.first).storedValues
  }

  @Test(
    "The sign extends from Bits Stored and overlay bits are masked off",
    arguments: [DicomBytes.Coding.explicitLittle, .implicitLittle, .explicitBig])
  func twelveOfSixteen(_ coding: DicomBytes.Coding) throws {
    var image = DicomBytes.image(
      columns: 4, rows: 1, words: [0x07FF, 0x0800, 0x9FFF, 0xF001], coding: coding)
    image.set(0x0028_0101, us: 12)
    image.set(0x0028_0102, us: 11)
    #expect(try stored(image) == [2047, -2048, -1, 1])
    image.set(0x0028_0103, us: 0)
    #expect(try stored(image) == [2047, 2048, 4095, 1])
  }

  @Test("High Bit says where the value lies in its word") func highBit() throws {
    var image = DicomBytes.image(columns: 2, rows: 1, words: [0x7FF5, 0x8005])
    image.set(0x0028_0101, us: 12)
    image.set(0x0028_0102, us: 15)
    #expect(try stored(image) == [2047, -2048])
  }

  @Test("Twelve packed bits are read across their bytes") func packed() throws {
    var image = DicomBytes.image(columns: 3, rows: 1, words: [])
    for (tag, value) in [(0x0028_0100, 12), (0x0028_0101, 12), (0x0028_0102, 11)] {
      image.set(UInt32(tag), us: value)
    }
    image.set(0x0028_0103, us: 0)
    // 0x123, 0x456, 0x789, each low bits first.
    image.set(0x7FE0_0010, "OW", [0x23, 0x61, 0x45, 0x89, 0x07, 0x00])
    #expect(try stored(image) == [0x123, 0x456, 0x789])
  }

  @Test(
    "Bytes in big-endian words are swapped, bytes of a byte string are not",
    arguments: [("OW", [UInt8](arrayLiteral: 2, 1, 4, 3)), ("OB", [1, 2, 3, 4])])
  func bytesInWords(_ vr: String, _ bytes: [UInt8]) throws {
    var image = DicomBytes.image(columns: 2, rows: 2, words: [], coding: .explicitBig)
    for (tag, value) in [(0x0028_0100, 8), (0x0028_0101, 8), (0x0028_0102, 7), (0x0028_0103, 0)] {
      image.set(UInt32(tag), us: value)
    }
    image.set(0x7FE0_0010, vr, bytes)
    #expect(try stored(image) == [1, 2, 3, 4])
  }

  @Test(
    "Padding is found whatever sign its value is written with",
    arguments: [("SS", -2000), ("US", 63536)])
  func padding(_ vr: String, _ value: Int) throws {
    let words = [-2000, 5, -1000, 7].map { UInt16(truncatingIfNeeded: $0) }
    var image = DicomBytes.image(columns: 4, rows: 1, words: words)
    image.set(0x0028_0120, us: value, vr: vr)
    #expect(try read(image).excluded?.bits == [1, 0, 0, 0])
    image.set(0x0028_0121, us: -1000, vr: "SS")
    let stack = try read(image)
    #expect(stack.excluded?.bits == [1, 0, 1, 0])
    #expect(stack.slices.first?.pixels.padding == -2000 ... -1000)
  }

  @Test("A CT is in Hounsfield units, and what lies below nature is no image") func hounsfield()
    throws
  {
    var image = DicomBytes.image(modality: "CT", columns: 3, rows: 1, words: [0, 1024, 0xF830])
    image.set(0x0028_1052, "DS", text: "-1024")
    image.set(0x0028_1053, "DS", text: "1")
    let stack = try read(image)
    #expect(stack.unit == .hounsfield)
    #expect(stack.volume.voxels == [-1024, 0, -3024])
    #expect(stack.excluded?.bits == [0, 0, 1])
    image.set(0x0028_1054, "LO", text: "US")
    #expect(try read(image).unit == .arbitrary)
  }
}
