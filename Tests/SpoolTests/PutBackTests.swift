import Configuration
import JobLedger
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// What goes back into the inbox goes back once, and whole.
@Suite("Back into the inbox")
struct PutBackTests {
  private struct Moment: Sendable {
    var disk: MemoryFileSystem
    var ledger: JobLedger
  }

  /// What a kill before each step of a piece of work would leave.
  private func kills(of rig: Rig, during work: (Rig) throws -> Void) throws -> [Moment] {
    let moments = Mutex<[Moment]>([])
    let ledger = rig.ledger
    let disk = rig.disk
    disk.watch { _, _ in
      guard let copy = try? ledger.copyInMemory() else { return }
      let moment = Moment(disk: disk.crashed(.kill), ledger: copy)
      moments.withLock { $0.append(moment) }
    }
    try work(rig)
    disk.watch(nil)
    return moments.withLock { $0 }
  }

  @Test("A claim from another disk that is undone, killed at any step, leaves one whole file")
  func killedTwice() throws {
    let content = PaperScan.volume("head")
    let first = try Rig()
    first.disk.mount(Rig.inbox, device: 2)
    first.drop(content, "head.nii")
    let claims = try kills(of: first) { rig in
      try rig.start()
      try rig.run()
    }.filter { moment in
      try moment.ledger.read { try !$0.jobs(in: [.waiting]).isEmpty }
        && moment.disk.peek(Rig.inbox.appending("head.nii")) == nil
    }
    #expect(!claims.isEmpty)
    for claim in claims {
      let second = try Rig(disk: claim.disk, ledger: claim.ledger, clock: HandClock(5000))
      let undone = try kills(of: second) { try $0.start() }
      #expect(undone.count > 5)
      for moment in undone {
        let third = try Rig(disk: moment.disk, ledger: moment.ledger, clock: HandClock(9000))
        try third.start()
        try third.run()
        #expect(try third.counts() == [.published: 1])
        #expect(third.places(of: content).count == 1)
      }
    }
  }

  @Test("Late slices that come one after the other from different folders are held together")
  func lateSlices() throws {
    let rig = try Rig(
      settings: Rig.settings {
        $0.settle = Settle(file: .seconds(1), series: .milliseconds(100), longest: .seconds(20))
        // Without its originals the series cannot be made anew.
        $0.originals = .delete
      })
    try rig.start()
    for number in 1...2 { rig.drop(PaperScan.instance("1", number), "a/\(number).dcm") }
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    rig.drop(PaperScan.instance("1", 3), "b/3.dcm")
    try rig.turn(seconds: 10)
    rig.drop(PaperScan.instance("1", 4), "4.dcm")
    try rig.turn(seconds: 30)
    #expect(try rig.counts() == [.published: 1, .held: 1])
    let held = try #require(try rig.jobs(.held).first)
    #expect(try rig.ledger.read { try $0.files(of: held.id) }.count == 2)
  }

  @Test("Of two copies in an inbox that deletes, none goes before the result is there")
  func deletedTooEarly() throws {
    let content = PaperScan.volume("head", ["note": "slow"])
    let rig = try Rig(settings: Rig.settings { $0.originals = .delete })
    try rig.start()
    rig.drop(content, "head.nii")
    rig.drop(content, "copy.nii")
    try rig.turn(seconds: 10)
    #expect(try rig.jobs(.duplicate).count == 1)
    #expect(rig.places(of: content).count == 2)
  }
}
