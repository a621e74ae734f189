import Foundation
public import ScanModel

/// A scan written as a line of words, for tests that are about files and not about pictures.
///
/// `DICOM series=1.2 uid=1.2.3 z=4 of=3 note=crash END`; a text that lacks its `END` is not whole.
public struct PaperScan: Sendable {
  /// The words, by key.
  public var words: [String: String] = [:]
  /// `DICOM`, `NIfTI`, `SIDECAR`, `INDEX` or `ARCHIVE`.
  public var kind: String

  /// An instance of a series.
  public static func instance(
    _ series: String, _ number: Int, of count: Int? = nil, _ more: [String: String] = [:]
  ) -> [UInt8] {
    var words = ["series": "1.\(series)", "uid": "1.\(series).\(number)", "z": "\(number)"]
    words["of"] = count.map(String.init)
    return text("DICOM", words.merging(more) { $1 })
  }

  /// A NIfTI file.
  public static func volume(_ name: String, _ more: [String: String] = [:]) -> [UInt8] {
    text("NIfTI", ["name": name].merging(more) { $1 })
  }

  /// An archive of files, by their paths in it.
  public static func archive(
    _ members: [String: [UInt8]], _ more: [String: String] = [:]
  ) -> [UInt8] {
    let packed = members.map { ("/" + $0.key, Data($0.value).base64EncodedString()) }
    return text("ARCHIVE", Dictionary(uniqueKeysWithValues: packed).merging(more) { $1 })
  }

  /// The files of an archive, by their paths in it.
  var members: [String: [UInt8]] {
    var members: [String: [UInt8]] = [:]
    for (path, word) in words where path.hasPrefix("/") {
      members[String(path.dropFirst())] = Data(base64Encoded: word).map(Array.init)
    }
    return members
  }

  private static func text(_ kind: String, _ words: [String: String]) -> [UInt8] {
    let pairs = words.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return Array(([kind] + pairs + ["END"]).joined(separator: " ").utf8)
  }

  init?(_ bytes: [UInt8]) {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    let kinds = ["DICOM", "NIfTI", "SIDECAR", "INDEX", "ARCHIVE"]
    guard let first = parts.first, kinds.contains(first) else { return nil }
    kind = first
    for part in parts {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      if pair.count == 2 { words[pair[0]] = pair[1] }
    }
  }

  /// What a worker says of such a file.
  public static func verdict(_ bytes: [UInt8]) -> ProbeVerdict {
    if bytes.isEmpty { return .incomplete("it is empty") }
    guard let scan = PaperScan(bytes) else { return .notScan("it is no scan") }
    guard bytes.suffix(3).elementsEqual("END".utf8) else {
      return .incomplete("its end is missing")
    }
    switch scan.kind {
    case "INDEX": return .index
    case "SIDECAR": return .companion
    case "ARCHIVE":
      let members = scan.members
      return .whole(
        FileFacts(
          format: .archive,
          archive: ArchiveFacts(
            files: members.count,
            bytes: scan.words["out"].flatMap(Int.init)
              ?? members.values.reduce(0) { $0 + $1.count })))
    case "NIfTI":
      return .whole(
        FileFacts(
          format: .nifti, shape: scan.shape, attributes: ["Modality": ["MR"]],
          skipReason: scan.words["skip"], unsupportedReason: scan.words["unsupported"],
          nifti: NiftiFacts(version: 1)))
    default: return .whole(scan.facts)
    }
  }

  /// The voxels that a NIfTI header announces, such as `size=64x64x30`; four a side without.
  private var shape: [Int] {
    words["size"].map { $0.split(separator: "x").compactMap { Int($0) } } ?? [4, 4, 4]
  }

  private var facts: FileFacts {
    let z = words["z"].flatMap(Double.init)
    return FileFacts(
      format: .dicom, shape: [4, 4], attributes: ["Modality": ["MR"]], skipReason: words["skip"],
      unsupportedReason: words["unsupported"],
      dicom: DicomFacts(
        sopClassUID: "1.2.840.10008.5.1.4.1.1.4", sopInstanceUID: words["uid"] ?? "",
        seriesInstanceUID: words["series"] ?? "", studyInstanceUID: "1.9",
        transferSyntaxUID: "1.2.840.10008.1.2.1", modality: "MR",
        imagePosition: z.map { [0, 0, $0] }, imageOrientation: [1, 0, 0, 0, 1, 0], rows: 4,
        columns: 4, announcedInstances: words["of"].flatMap(Int.init)))
  }
}
