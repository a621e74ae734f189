import Foundation
import Testing

/// Late slices and conflicts of real files, on the real daemon with its jailed workers.
@Suite("Late slices and conflicts", .enabled(if: Restorad.isBuilt), .serialized)
struct RevisionTests {
  private static let uid = "1.3.6.1.4.1.5962.1.1.4.1.1.20040826185059.5457"

  /// A slice of a series that grows by 1 mm.
  static func slice(_ number: Int) throws -> Data {
    let source = try Data(contentsOf: URL(fileURLWithPath: TestFiles.path("dicom/MR_small.dcm")))
    // A character a byte, and so back again.
    let text = try #require(String(data: source, encoding: .isoLatin1))
    let slice = text.replacingOccurrences(of: uid, with: uid.dropLast() + "\(number)")
      .replacingOccurrences(of: "6.6406 ", with: "\(number).6406 ")
    let bytes = try #require(slice.data(using: .isoLatin1))
    #expect(bytes.count == source.count && bytes != source)
    return bytes
  }

  private func drop(_ number: Int, as name: String, in place: Workplace) throws {
    try Self.slice(number).write(to: URL(fileURLWithPath: place.path("inbox/\(name)")))
  }

  private func json(_ path: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    return try #require(value as? [String: Any])
  }

  private func jobs(_ place: Workplace) throws -> [[String: Any]] {
    try Restorad.run("jobs", "--json", in: place).objects()
  }

  @Test("Slices that come after the result make a revision that names what it supersedes")
  func late() throws {
    let place = try Workplace()
    for number in 1...3 { try drop(number, as: "\(number).dcm", in: place) }
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    let first = try #require(place.published.first)
    let before = place.files("outbox/\(first)")
    for number in 4...5 { try drop(number, as: "\(number).dcm", in: place) }
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.status == 0, "\(run.errors)")
    #expect(place.published.count == 2)
    let later = try #require(try jobs(place).first { $0["supersedes"] != nil })
    #expect(later["supersedes"] as? String == first && later["revision"] as? Int == 2)
    let name = try #require(later["job"] as? String)
    let old = try json(place.path("outbox/\(first)/report.json"))
    let new = try json(place.path("outbox/\(name)/report.json"))
    let superseded = try #require(new["supersedes"] as? [String: Any])
    let oldResult = try #require(old["result"] as? [String: Any])
    let newResult = try #require(new["result"] as? [String: Any])
    #expect(superseded["job"] as? String == first && new["revision"] as? Int == 2)
    #expect(superseded["series"] as? String == oldResult["series"] as? String)
    #expect(newResult["series"] as? String != oldResult["series"] as? String)
    #expect((newResult["files"] as? [String])?.count == 5)
    #expect((newResult["shape"] as? [Int])?.last == 5)
    #expect(place.files("outbox/\(first)") == before)
    #expect(place.files("state/archive/\(first)").count == 3)
    #expect(place.files("state/archive/\(name)").count == 5)
    let shown = try Restorad.run("show", first, "--json", in: place).objects()
    #expect(shown.first?["superseded_by"] as? String == name)
    #expect(try Restorad.run("verify", in: place).status == 0)
  }

  @Test("Another content under a known UID is quarantined, with a note of how the two differ")
  func conflict() throws {
    let place = try Workplace()
    try place.copy("dicom/MR_small.dcm", to: "inbox/1.dcm")
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    let source = try Data(contentsOf: URL(fileURLWithPath: TestFiles.path("dicom/MR_small.dcm")))
    let text = try #require(String(data: source, encoding: .isoLatin1))
    var bytes = [UInt8](
      try #require(
        text.replacingOccurrences(of: "CompressedSamples^MR1", with: "CompressedSecret^^MR1")
          .data(using: .isoLatin1)))
    bytes[bytes.count - 200] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: place.path("inbox/2.dcm")))
    #expect(try Restorad.run("run", "--once", in: place).status == 8)
    let failed = try #require(try jobs(place).first { $0["state"] as? String == "failed" })
    let name = try #require(failed["job"] as? String)
    let note = try json(place.path("state/quarantine/\(name)/reason.json"))
    let detail = try #require(note["detail"] as? [String: Any])
    let conflict = try #require(detail["conflict"] as? [String: Any])
    let difference = try #require(conflict["difference"] as? [String: Any])
    #expect(difference["pixels"] as? String == "differ")
    let attributes = try #require(difference["attributes"] as? [[String: Any]])
    #expect(attributes.map { $0["keyword"] as? String } == ["PatientName"])
    #expect(attributes.map { $0["change"] as? String } == ["changed"])
    let words = try String(
      contentsOfFile: place.path("state/quarantine/\(name)/reason.json"), encoding: .utf8)
    #expect(!words.contains("Compressed"))
  }

  @Test("`restore` makes nothing of two contents under one UID")
  func direct() throws {
    let place = try Workplace()
    for name in ["MR_small.dcm", "MR_small_padded.dcm"] {
      try place.copy("dicom/\(name)", to: name)
    }
    let run = try Restorad.run(
      "restore", place.path("MR_small.dcm"), place.path("MR_small_padded.dcm"), "--outbox",
      place.path("outbox"), in: place)
    #expect(run.status != 0 && place.published.isEmpty, "\(run.errors)")
  }
}
