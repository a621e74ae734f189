import Disk
import Foundation
import JobLedger
import Logging
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

/// Superseded jobs at rest: pruning, and a ledger that is lost.
@Suite("Revisions at rest")
struct RevisionRestTests {
  private func revised() throws -> (rig: Rig, earlier: JobRecord) {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    LateSlices.plain.dropLate(rig)
    try rig.run()
    return (rig, earlier)
  }

  private func prune(_ rig: Rig) throws -> [OriginalsPruner.Outcome] {
    let pruner = OriginalsPruner(
      disk: rig.disk, ledger: rig.ledger, folders: StateFolders(root: Rig.state), clock: rig.clock,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, evenIfTaken: false)
    return try pruner.candidates(.archive, before: rig.clock.now.timeIntervalSince1970).map {
      try pruner.prune($0, isRehearsal: false)
    }
  }

  @Test("Originals of a superseded job may go once its result was taken away, for others keep them")
  func pruned() throws {
    let (rig, earlier) = try revised()
    let later = try #require(try rig.jobs(.published).first { $0.supersedes != nil })
    for job in [earlier, later] { try rig.disk.removeTree(Rig.outbox.appending(job.id)) }
    let outcomes = try prune(rig)
    #expect(outcomes.filter { $0.outcome == .removed }.map(\.job) == [earlier.id])
    #expect(rig.places(of: LateSlices.plain.first[0]).sorted() == ["archive"])
    // More slices still find the whole series.
    rig.drop(PaperScan.instance("1", 6), "6.dcm")
    try rig.run()
    #expect(try rig.jobs(.published).contains { $0.revision == 3 && $0.supersedes == later.id })
  }

  @Test("They stay where the later job's originals are no longer whole")
  func notCarriedOn() throws {
    let (rig, earlier) = try revised()
    let later = try #require(try rig.jobs(.published).first { $0.supersedes != nil })
    try rig.disk.removeTree(Rig.outbox.appending(earlier.id))
    let archive = Rig.state.appending("archive").appending(later.id)
    rig.disk.put([1], at: archive.appending("a/1.dcm"))
    #expect(try prune(rig).first { $0.job == earlier.id }?.outcome == .kept)
  }

  @Test("Without the originals of the last revision late slices are held, whatever else stands")
  func prunedBefore() throws {
    let (rig, _) = try revised()
    _ = try prune(rig)
    rig.drop(PaperScan.instance("1", 6), "6.dcm")
    try rig.run()
    #expect(try rig.jobs(.held).first?.reason.hasSuffix("its originals were removed") == true)
  }

  @Test("A ledger built anew from cards, or from reports, knows what supersedes what")
  func rebuilt() throws {
    for hasCards in [true, false] {
      let (old, earlier) = try revised()
      let cards = Rig.state.appending("jobs")
      if !hasCards {
        for path in old.disk.tree(cards).keys { old.disk.unlink(cards.pushing(path)) }
      }
      let new = try Rig(disk: old.disk, clock: HandClock(9000))
      try new.start()
      let later = try #require(try new.jobs(.published).first { $0.supersedes != nil })
      #expect(later.supersedes == earlier.id && later.revision == 2)
    }
  }
}
