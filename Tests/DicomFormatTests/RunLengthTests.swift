import DicomFormat
import Foundation
import Testing
import VolumeModel

@Suite("Run lengths") struct RunLengthTests {
  /// A random number generator that never changes (SplitMix64).
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  /// A segment of runs of any kind and length (PS3.5 G.3.1), the last one beyond the end, and the
  /// bytes that it stands for.
  private func segment(_ count: Int, _ numbers: inout Numbers) -> (coded: [UInt8], bytes: [UInt8]) {
    var (coded, bytes): ([UInt8], [UInt8]) = ([], [])
    while bytes.count < count {
      switch Int.random(in: 0..<5, using: &numbers) {
      case 0: coded.append(0x80)
      case 1, 2:
        let run = Int.random(in: 2...128, using: &numbers)
        let byte = UInt8.random(in: 0...255, using: &numbers)
        coded += [UInt8(257 - run), byte]
        bytes += Array(repeating: byte, count: run)
      default:
        let most = Bool.random(using: &numbers) ? 4 : 128
        let run = (0..<Int.random(in: 1...most, using: &numbers)).map { _ in
          UInt8.random(in: 0...255, using: &numbers)
        }
        coded += [UInt8(run.count - 1)] + run
        bytes += run
      }
    }
    return (coded, Array(bytes.prefix(count)))
  }

  /// One frame of two segments; `cut` bytes of the second are missing.
  private func image(_ segments: [[UInt8]], columns: Int, rows: Int, cut: Int = 0) -> DicomBytes {
    var image = DicomBytes.image(columns: columns, rows: rows, words: [], coding: .runLength)
    let starts = [segments.count, 64, 64 + segments[0].count] + Array(repeating: 0, count: 13)
    var fragment = starts.flatMap { FragmentedFile.little(UInt32($0)) }
    fragment += segments.flatMap(\.self).dropLast(cut)
    if fragment.count % 2 == 1, cut == 0 { fragment.append(0x80) }
    let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
    image.set(
      0x7FE0_0010, "OB",
      item + FragmentedFile.little(0) + item + FragmentedFile.little(UInt32(fragment.count))
        + fragment + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0])
    return image
  }

  @Test("Runs of every kind become the words that they stand for", arguments: UInt64(1)...24)
  func words(_ seed: UInt64) throws {
    var numbers = Numbers(state: seed)
    let columns = Int.random(in: 1...70, using: &numbers)
    let rows = Int.random(in: 1...40, using: &numbers)
    let high = segment(columns * rows, &numbers)
    let low = segment(columns * rows, &numbers)
    try TestFiles.withFolder { folder in
      try image([high.coded, low.coded], columns: columns, rows: rows).write(to: folder + "/x")
      let stack = try DicomSeries.read(paths: [folder + "/x"]).stacks[0]
      let expected = zip(high.bytes, low.bytes).map {
        Int32(Int16(bitPattern: UInt16($0) << 8 | UInt16($1)))
      }
      #expect(stack.slices[0].storedValues == expected)
      #expect(stack.volume.voxels == expected.map(Float.init))
    }
  }

  @Test("Run lengths that end early, or begin beyond their end, are an error")
  func broken() throws {
    var numbers = Numbers(state: 99)
    let (high, low) = (segment(35, &numbers), segment(35, &numbers))
    let missing = low.coded.count
    // How many segments there are, where the first and the second begin.
    let lies: [(Int, UInt32)] = [(0, 0), (0, 3), (4, 63), (8, 30), (8, 5000)]
    try TestFiles.withFolder { folder in
      func refuses(_ image: DicomBytes) throws {
        try image.write(to: folder + "/x")
        #expect(throws: DicomError.self) { try DicomSeries.read(paths: [folder + "/x"]) }
      }
      for cut in [missing, missing / 2] {
        try refuses(image([high.coded, low.coded], columns: 7, rows: 5, cut: cut))
      }
      for (place, value) in lies {
        var changed = image([high.coded, low.coded], columns: 7, rows: 5)
        var bytes = try #require(changed.elements.first { $0.tag == 0x7FE0_0010 }).value
        // Behind the two items before it.
        bytes.replaceSubrange(16 + place..<20 + place, with: FragmentedFile.little(value))
        changed.set(0x7FE0_0010, "OB", bytes)
        try refuses(changed)
      }
    }
  }
}
