import Configuration
import Disk
import JobLedger
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

@Suite("Attempts and requests")
struct AttemptTests {
  @Test("A scan that ends every worker is quarantined after the attempts that it has")
  func poison() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("poison", ["note": "crash"]), "poison.nii")
    rig.drop(PaperScan.volume("good"), "good.nii")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .failed: 1])
    let failed = try #require(try rig.jobs(.failed).first)
    #expect(failed.attempts == 3)
    let folder = Rig.state.appending("quarantine").appending(failed.id)
    let note = String(decoding: rig.disk.peek(folder.appending("reason.json")) ?? [], as: UTF8.self)
    #expect(note.contains("signal 11") && note.contains("last words"))
  }

  @Test("A worker lost once costs one attempt")
  func lostOnce() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head", ["note": "crash-once"]), "head.nii")
    try rig.run()
    #expect(try rig.jobs(.published).map(\.attempts) == [2])
  }

  @Test("A header that ends every worker is quarantined, and its neighbours are restored")
  func poisonHeader() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("poison", ["note": "crash-probe"]), "poison.nii")
    for number in 1...5 { rig.drop(PaperScan.volume("good\(number)"), "good\(number).nii") }
    try rig.run()
    #expect(try rig.counts() == [.published: 5, .failed: 1])
  }

  @Test("Where no worker can be started nothing is blamed, and all goes on afterwards")
  func noWorkers() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.volume("\(number)"), "\(number).nii") }
    rig.executor.refuseToStart(true)
    try rig.turn(seconds: 60)
    #expect(try rig.jobs().isEmpty)
    rig.executor.refuseToStart(false)
    try rig.run()
    #expect(try rig.counts() == [.published: 3])
  }

  @Test("A daemon that dies with a job leaves its attempt counted, and gives it up at the limit")
  func deaths() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("slow", ["note": "slow"]), "slow.nii")
    for attempt in 1...3 {
      try rig.turn(seconds: 6)
      #expect(try rig.jobs(.running).map(\.attempts) == [attempt])
      rig.restart()
      try rig.start()
    }
    #expect(try rig.counts() == [.failed: 1])
  }

  @Test("An orderly end puts running jobs back, no attempt used")
  func orderlyEnd() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("slow", ["note": "slow"]), "slow.nii")
    try rig.turn(seconds: 6)
    rig.spool.stop()
    try rig.spool.putRunningBack()
    _ = try rig.spool.turn()
    #expect(rig.spool.isIdle)
    #expect(try rig.jobs(.queued).map(\.attempts) == [0])
  }

  @Test("Surroundings that fail defer a job, and it goes on by itself")
  func deferred() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head", ["note": "defer"]), "head.nii")
    try rig.turn(seconds: 6)
    #expect(try rig.jobs(.deferred).map(\.attempts) == [0])
    try rig.turn(seconds: 35)
    #expect(try rig.jobs(.published).map(\.attempts) == [1])
  }

  @Test("Too little space stops the taking of scans, and space lets it go on")
  func lowSpace() throws {
    let rig = try Rig()
    try rig.start()
    rig.disk.setFreeSpace(1 << 20)
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.turn(seconds: 60)
    #expect(try rig.jobs().isEmpty)
    rig.disk.setFreeSpace(1 << 40)
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
  }

  @Test("Who asks for what is there now does not wait for space for ever")
  func lowSpaceOnce() throws {
    let rig = try Rig(isOnce: true)
    try rig.start()
    rig.disk.setFreeSpace(1 << 20)
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.turn(seconds: 10)
    #expect(try !rig.spool.isDone())
    try rig.turn(seconds: 70)
    #expect(try rig.spool.isDone())
    #expect(try rig.spool.isPutOff())
    #expect(rig.places(of: PaperScan.volume("head")) == ["inbox"])
  }

  @Test("A failed job is retried by request, and its quarantine is taken back")
  func retry() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head", ["note": "crash"]), "head.nii")
    rig.drop(Array("Dear colleague".utf8), "letter.txt")
    try rig.run()
    let failed = try rig.jobs(.failed)
    for job in failed { try rig.ask(.retry, job.id) }
    try rig.run()
    // Nothing has changed, so both fail again: the job under its name, the letter as a new one.
    #expect(try rig.counts() == [.failed: 2])
    #expect(rig.places(of: Array("Dear colleague".utf8)) == ["quarantine"])
    #expect(rig.places(of: PaperScan.volume("head", ["note": "crash"])) == ["quarantine"])
    let again = try #require(try rig.jobs(.failed).first { $0.format == "NIfTI" })
    #expect(again.attempts == 3 && failed.contains { $0.id == again.id })
  }

  @Test("A held job waits for its release, whatever else comes")
  func hold() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("slow1", ["note": "slow"]), "1.nii")
    rig.drop(PaperScan.volume("slow2", ["note": "slow"]), "2.nii")
    try rig.turn(seconds: 6)
    rig.drop(PaperScan.volume("third"), "3.nii")
    try rig.turn(seconds: 6)
    let queued = try #require(try rig.jobs(.queued).first)
    try rig.ask(.hold, queued.id)
    try rig.turn(seconds: 2)
    #expect(try rig.jobs(.held).map(\.id) == [queued.id])
    for job in try rig.jobs(.running) { rig.executor.cancel(job.id) }
    try rig.ask(.release, queued.id)
    try rig.turn(seconds: 6)
    #expect(try !rig.jobs(.held).contains { $0.id == queued.id })
  }

  @Test("A series released from being held is published as it is")
  func release() throws {
    let rig = try Rig()
    try rig.start()
    for number in [1, 2, 4, 5] { rig.drop(PaperScan.instance("1", number), "\(number).dcm") }
    try rig.run()
    let held = try #require(try rig.jobs(.held).first)
    try rig.ask(.release, held.id)
    try rig.run()
    #expect(try rig.jobs(.published).map(\.id) == [held.id])
  }

  @Test("A request that meets a full disk is obeyed when there is space, and ends nothing")
  func requestOnFullDisk() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head", ["note": "crash"]), "head.nii")
    try rig.run()
    let failed = try #require(try rig.jobs(.failed).first)
    try rig.ask(.retry, failed.id)
    rig.disk.fail { _ in .noSpace }
    try rig.turn(seconds: 20)
    rig.disk.fail(nil)
    try rig.turn(seconds: 20)
    #expect(try rig.ledger.read { try $0.events(of: failed.id) }.count > 8)
  }
}
