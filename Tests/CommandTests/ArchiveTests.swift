import Foundation
import RestoradTestSupport
import Testing

/// Archives on the real daemon and the real `restore`, with their jailed workers.
@Suite("Archives of real files", .enabled(if: Restorad.isBuilt), .serialized)
struct ArchiveTests {
  private func put(_ slices: ClosedRange<Int>, as name: String, in place: Workplace) throws {
    let members = try slices.map {
      SampleArchive.Member("visit/\($0).dcm", Array(try RevisionTests.slice($0)))
    }
    let bytes =
      name.hasSuffix(".zip")
      ? SampleArchive.zip(members) : SampleArchive.gzip(SampleArchive.tar(members))
    try Data(bytes).write(to: URL(fileURLWithPath: place.path(name)))
  }

  @Test("A series that came in an archive is made anew with another archive, and with files")
  func late() throws {
    let place = try Workplace()
    try put(1...3, as: "inbox/first.tar.gz", in: place)
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    let first = try #require(place.published.first)
    let before = place.files("outbox/\(first)")
    try put(4...5, as: "inbox/second.zip", in: place)
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.status == 0, "\(run.errors)")
    try RevisionTests.slice(6).write(to: URL(fileURLWithPath: place.path("inbox/6.dcm")))
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(place.published.count == 3)
    #expect(place.files("outbox/\(first)") == before)
    let jobs = try Restorad.run("jobs", "--json", in: place).objects()
    let revised = jobs.filter { $0["supersedes"] != nil }
    #expect(Set(revised.compactMap { $0["revision"] as? Int }) == [2, 3])
    let newest = try #require(revised.first { $0["revision"] as? Int == 3 }?["job"] as? String)
    #expect(
      place.files("state/archive/\(newest)") == [
        "6.dcm", "first.tar.gz/visit/1.dcm", "first.tar.gz/visit/2.dcm", "first.tar.gz/visit/3.dcm",
        "second.zip/visit/4.dcm", "second.zip/visit/5.dcm",
      ])
    #expect(place.files("state/work").isEmpty)
    #expect(try Restorad.run("verify", in: place).status == 0)
  }

  @Test("What a killed `restore` had unpacked goes with the next one, and no other's")
  func killed() throws {
    let place = try Workplace()
    try put(1...2, as: "hang.zip", in: place)
    try put(1...2, as: "whole.zip", in: place)
    func hanging() throws -> Restorad.Running {
      let before = hidden(place)
      let run = try Restorad.start(
        ["restore", place.path("hang.zip"), "--outbox", place.path("outbox")], in: place,
        environment: ["RESTORAD_WORKER_FAULT": "unpack.hang:hang.zip"])
      for _ in 0..<1500 where hidden(place).subtracting(before).isEmpty { usleep(20_000) }
      // What was left before is gone by then.
      #expect(hidden(place).count == 1 && hidden(place).isDisjoint(with: before))
      return run
    }
    let dead = try hanging()
    let left = hidden(place)
    dead.signal(SIGKILL)
    #expect(try dead.finish().status == SIGKILL)
    #expect(hidden(place) == left)
    let living = try hanging()
    let others = hidden(place)
    let run = try Restorad.run(
      "restore", place.path("whole.zip"), "--outbox", place.path("outbox"), in: place)
    #expect(run.status == 0, "\(run.errors)")
    #expect(hidden(place) == others)
    living.signal(SIGKILL)
    _ = try living.finish()
    let last = try Restorad.run(
      "restore", place.path("nothing.dcm"), "--outbox", place.path("outbox"), in: place)
    #expect(last.status == 66)
    #expect(hidden(place).isEmpty)
  }

  /// The hidden entries of the outbox.
  private func hidden(_ place: Workplace) -> Set<String> {
    Set(place.published.filter { $0.hasPrefix(".unpacked-") })
  }
}
