import Configuration
import Disk
import JobLedger
import Spool
import SpoolTestSupport
import SystemPackage
import Testing
import Worker

@Suite("Late slices of series that came in archives, and in archives")
struct PackedRevisionTests {
  private func slice(_ number: Int, _ more: [String: String] = [:]) -> [UInt8] {
    PaperScan.instance("1", number, more)
  }

  private func newest(_ rig: Rig) throws -> JobRecord {
    try #require(try rig.jobs(.published).max { ($0.revision ?? 1) < ($1.revision ?? 1) })
  }

  @Test(
    "Whichever came in an archive, the whole is made anew and keeps its files itself",
    arguments: LateSlices.all)
  func packed(_ slices: LateSlices) throws {
    let rig = try Rig()
    let earlier = try slices.publishFirst(rig)
    slices.dropLate(rig)
    try rig.run()
    try slices.expectEnd(of: rig, after: earlier, "undisturbed")
    let second = try newest(rig)
    #expect(second.originals == "archive")
    // And once more, under names that were there before.
    rig.drop(PaperScan.archive(["1.dcm": slice(6)]), "a.zip")
    rig.drop(slice(7), "a/1.dcm")
    try rig.run()
    let third = try newest(rig)
    #expect(third.revision == 3 && third.supersedes == second.id)
    #expect(try LateSlices.report(of: third.id, rig).result.files.count == 7)
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty)
  }

  @Test("Originals that lie in several archives are taken out of all of them")
  func scattered() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 {
      rig.drop(PaperScan.archive(["x/s.dcm": slice(number)]), "\(number)/visit.zip")
    }
    try rig.run()
    let earlier = try #require(try rig.jobs(.published).first)
    rig.drop(slice(4), "4.dcm")
    try rig.run()
    let revised = try newest(rig)
    #expect(revised.supersedes == earlier.id)
    #expect(try LateSlices.report(of: revised.id, rig).result.files.count == 4)
    #expect(try rig.counts() == [.published: 2, .unpacked: 3])
  }

  @Test("An archive of which something is still waited for gives its originals all the same")
  func openArchive() throws {
    let rig = try Rig(
      settings: Rig.settings {
        $0.settle = Settle(file: .seconds(1), series: .seconds(3), longest: .seconds(60))
      })
    try rig.start()
    rig.drop(
      PaperScan.archive([
        "1.dcm": slice(1), "2.dcm": slice(2), "alone.json": Array("SIDECAR END".utf8),
      ]), "visit.zip")
    try rig.turn(seconds: 12)
    #expect(try rig.counts() == [.published: 1, .running: 1])
    rig.drop(slice(3), "3.dcm")
    try rig.turn(seconds: 20)
    #expect(try rig.counts() == [.published: 2, .running: 1])
    try rig.run()
    #expect(try newest(rig).revision == 2)
    #expect(try rig.counts() == [.published: 2, .unpacked: 1])
  }

  @Test("Late slices are held when the archive of the first is not kept, gone, or another one")
  func packedNoMore() throws {
    for originals in [Inbox.Originals.delete, .leave] {
      let rig = try Rig(settings: Rig.settings { $0.originals = originals })
      try LateSlices.packedFirst.publishFirst(rig)
      LateSlices.packedFirst.dropLate(rig)
      try rig.run()
      #expect(try rig.jobs(.held).first?.reason.hasSuffix("its originals are not archived") == true)
    }
    let two = ["a/1.dcm": slice(1), "a/2.dcm": slice(2)]
    let other = PaperScan.archive(["a/1.dcm": slice(1)])
    let rotten = PaperScan.archive([
      "a/1.dcm": slice(1), "a/2.dcm": slice(2), "a/3.dcm": slice(3, ["x": "rot"]),
    ])
    for (harm, words) in [
      (nil, "no longer in the archive"), (other, "no longer what it was"),
      (rotten, "not what they were"),
      (PaperScan.archive(two, ["note": "refuse"]), "is not what it was"),
      (PaperScan.archive(two, ["note": "crash"]), "a worker was lost"),
    ] as [([UInt8]?, String)] {
      let rig = try Rig()
      try LateSlices.packedFirst.publishFirst(rig)
      let job = try #require(try rig.jobs(.unpacked).first)
      let home = Rig.state.appending("archive").appending(job.id)
      if let harm {
        rig.disk.put(harm, at: home.appending("a.zip"))
      } else {
        try rig.disk.removeTree(home)
      }
      LateSlices.packedFirst.dropLate(rig)
      try rig.run()
      let held = try #require(try rig.jobs(.held).first)
      #expect(held.reason.contains(words), "\(held.reason)")
      #expect(try rig.disk.entries(of: Rig.state.appending("work")).map(\.string) == [held.id])
    }
  }
}
