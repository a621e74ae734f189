import Crypto
import DicomFormat
import Foundation
import VolumeModel

/// Objects of 32 and 64 bits a pixel, made by `Tests/Oracles/reals.py`.
enum RealSources {
  /// What pydicom reads in one file.
  struct Expected: Decodable {
    let type: String
    /// SHA-256 of the stored values, in their own type.
    let stored: String
    /// SHA-256 of the modality values.
    let modality: String
    /// How many stored values a `Float` does not hold.
    let rounded: Int
    /// How many modality values are finite.
    let finite: Int
  }

  static func table() throws -> [String: Expected] {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestFiles.expected("reals.json")))
    return try JSONDecoder().decode([String: Expected].self, from: data)
  }

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: TestFiles.own("x")).deletingLastPathComponent()
      .deletingLastPathComponent().path + "/dicom-reals/" + name + ".dcm"
  }

  /// The only stack of one of the files.
  static func stack(_ name: String) throws -> DicomStack {
    try DicomSeries.read(paths: [path(name)]).stacks[0]
  }

  /// Writes what was restored, whether the object has frames or not, and gives the result's path.
  static func writing<Result>(
    _ name: String, _ derivation: Derivation, changing change: ((Volume) -> Volume)?,
    _ body: (WrittenSeries, String) throws -> Result
  ) throws -> Result {
    let series = try DicomSeries.read(paths: [path(name)])
    let volume = series.stacks[0].volume
    let restored = change?(volume) ?? volume
    if series.hasFrames {
      return try FrameSources.writing(series, restored: [restored], derivation: derivation) {
        try body($0, $1 + "/" + $0.fileNames[0])
      }
    }
    return try DerivedSources.writing(
      series.stacks[0], restored: restored, derivation: derivation
    ) { try body($0, $1 + "/" + $0.fileNames[0]) }
  }

  /// The bytes of stored values in their own type, little endian.
  static func bytes(_ slices: [DicomSlice]) -> [UInt8] {
    slices.flatMap { slice in
      let (words, halves) = (slice.storedValues, slice.upperHalves)
      return words.indices.flatMap { index in
        let upper = halves.isEmpty ? [] : little(UInt32(bitPattern: halves[index]))
        return slice.pixels.bitsAllocated == 16
          ? Array(little(UInt32(bitPattern: words[index])).prefix(2))
          : little(UInt32(bitPattern: words[index])) + upper
      }
    }
  }

  static func little(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }

  static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }
}
