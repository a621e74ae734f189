import Foundation
import RestoradTestSupport
import Testing

/// Multi-frame objects of a series that was published, on the real daemon.
@Suite(
  "Late multi-frame objects", .enabled(if: Restorad.isBuilt && SharedData.isPresent), .serialized)
struct FrameRevisionTests {
  /// Objects of one functional series, a volume of six frames each.
  private func copy(_ number: Int, to name: String, _ place: Workplace) throws {
    try FileManager.default.copyItem(
      atPath: SharedData.path("dicom/enhanced/siemens-xa10-fmri/6_\(number).dcm"),
      toPath: place.path("inbox/\(name)"))
  }

  private func jobs(_ place: Workplace) throws -> [[String: Any]] {
    try Restorad.run("jobs", "--json", in: place).objects()
  }

  private func states(_ place: Workplace) throws -> [String] {
    try jobs(place).compactMap { $0["state"] as? String }.sorted()
  }

  private func published() throws -> Workplace {
    let place = try Workplace()
    for number in 1...2 { try copy(number, to: "\(number).dcm", place) }
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(place.published.count == 1)
    return place
  }

  @Test("One that comes late makes a revision of the whole series")
  func late() throws {
    let place = try published()
    let first = place.published[0]
    try copy(3, to: "3.dcm", place)
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.status == 0, "\(run.errors)")
    let later = try #require(try jobs(place).first { $0["supersedes"] != nil })
    #expect(later["supersedes"] as? String == first && later["revision"] as? Int == 2)
    let job = try #require(later["job"] as? String)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: place.path("outbox/\(job)/report.json")))
    let report = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    let result = try #require(report["result"] as? [String: Any])
    #expect(result["shape"] as? [Int] == [64, 64, 6, 3])
    #expect(result["files"] as? [String] == ["1.dcm", "2.dcm", "3.dcm"])
    #expect(try Restorad.run("verify", in: place).status == 0)
  }

  @Test("A copy is a duplicate, alone and with its fellows; other content under its UID a conflict")
  func again() throws {
    let place = try published()
    try copy(2, to: "copy.dcm", place)
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(try states(place) == ["duplicate", "published"])
    for number in 1...2 { try copy(number, to: "again-\(number).dcm", place) }
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(try states(place) == ["duplicate", "duplicate", "published"])
    try copy(1, to: "other.dcm", place)
    let path = place.path("inbox/other.dcm")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 1000] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try Restorad.run("run", "--once", in: place).status == 8)
    #expect(try states(place) == ["duplicate", "duplicate", "failed", "published"])
    let failed = try #require(try jobs(place).first { $0["state"] as? String == "failed" })
    #expect((failed["reason"] as? String)?.contains("came before with other content") == true)
  }
}
