import Configuration
import Disk
import Foundation
import JobLedger
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

@Suite("Never too early, never missed")
struct ArrivalTests {
  private func turn(_ rig: Rig, until state: JobState) throws {
    for _ in 0..<400 where try rig.jobs(state).isEmpty {
      rig.clock.advance(max(0.05, try rig.spool.turn()))
    }
    #expect(try rig.jobs(state).count == 1)
  }

  // MARK: Series that pause

  @Test("A gap is waited for before a series is processed as it is")
  func pauseInGap() throws {
    let rig = try Rig(settings: Rig.settings { $0.incomplete = .process })
    try rig.start()
    for number in [1, 2, 4] { rig.drop(PaperScan.instance("1", number), "\(number).dcm") }
    try rig.turn(seconds: 12)
    #expect(try rig.jobs().isEmpty)
    rig.drop(PaperScan.instance("1", 3), "3.dcm")
    try rig.run()
    let files = try #require(try rig.published().values.first)
    #expect(files.keys.filter { $0.starts(with: "result") }.count == 4)
    #expect(!String(decoding: files["report.json"] ?? [], as: UTF8.self).contains("missing"))
  }

  @Test("Announced instances are waited for through pauses; an incomplete series then is held")
  func pauseBeforeEnd() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 {
      rig.drop(PaperScan.instance("1", number, of: 3), "\(number).dcm")
      if number < 3 { try rig.turn(seconds: 9) }
      #expect(try rig.jobs().isEmpty)
    }
    try rig.run()
    rig.drop(PaperScan.instance("2", 1, of: 3), "other.dcm")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .held: 1])
  }

  // MARK: Writers

  @Test("A file that someone has open for writing is left alone, but not for ever")
  func openFile() throws {
    let rig = try Rig()
    try rig.start()
    let path = Rig.inbox.appending("head.nii")
    rig.disk.setUse(FileUse(writers: .some), of: path)
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.turn(seconds: 10)
    #expect(rig.executor.probed.isEmpty)
    rig.disk.setUse(FileUse(writers: .none), of: path)
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    let other = Rig.inbox.appending("other.nii")
    rig.disk.setUse(FileUse(writers: .some), of: other)
    rig.drop(PaperScan.volume("other"), "other.nii")
    try rig.turn(seconds: 30)
    #expect(try rig.counts() == [.published: 2])
  }

  @Test("A file with parts that were never written is waited for")
  func hollow() throws {
    let rig = try Rig()
    try rig.start()
    let path = Rig.inbox.appending("head.nii")
    rig.disk.setUse(FileUse(hasHoles: true), of: path)
    rig.drop(PaperScan.volume("head", ["x": "zeros"]), "head.nii")
    try rig.turn(seconds: 10)
    rig.disk.setUse(nil, of: path)
    rig.drop(PaperScan.volume("head", ["x": "voxels"]), "head.nii")
    try rig.run()
    let files = try #require(try rig.published().values.first)
    #expect(
      String(decoding: files["result/head.nii.restored"] ?? [], as: UTF8.self).contains("x=voxels"))
  }

  @Test("A sparse file that nobody has open is waited for, but not as long as one being filled")
  func sparse() throws {
    let settings = Rig.settings {
      $0.settle = Settle(file: .seconds(1), series: .seconds(3), longest: .seconds(600))
    }
    let rig = try Rig(settings: settings)
    try rig.start()
    for (name, writers) in [("copy", FileUse.Writers.none), ("share", .unknown)] {
      rig.disk.setUse(
        FileUse(writers: writers, hasHoles: true), of: Rig.inbox.appending("\(name).nii"))
      rig.drop(PaperScan.volume(name), "\(name).nii")
    }
    try rig.turn(seconds: 15)
    #expect(rig.executor.probed.isEmpty)
    try rig.turn(seconds: 30)
    #expect(try rig.counts() == [.published: 1])
    try rig.turn(seconds: 600)
    #expect(try rig.counts() == [.published: 2])
  }

  @Test("What is written to after its claim is not published; it is taken anew")
  func writtenAfterClaim() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head", ["x": "old"]), "head.nii")
    try turn(rig, until: .running)
    let job = try #require(try rig.jobs(.running).first)
    let claimed = Rig.state.appending("work").appending(job.id).appending("in/head.nii")
    rig.disk.put(PaperScan.volume("head", ["x": "new"]), at: claimed)
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    #expect(rig.places(of: PaperScan.volume("head", ["x": "new"])) == ["archive"])
    let record = try #require(
      try rig.ledger.read { try $0.files(of: $0.jobs(in: [.published])[0].id) }.first)
    #expect(record.sha256 == hexadecimal(PaperScan.volume("head", ["x": "new"])))
  }

  @Test("A file that may not be read waits for its permission for as long as it takes")
  func unreadable() throws {
    let rig = try Rig()
    try rig.start()
    let path = Rig.inbox.appending("head.nii")
    rig.disk.setUse(FileUse(isReadable: false), of: path)
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.turn(seconds: 100)
    #expect(try rig.jobs().isEmpty && rig.executor.probed.isEmpty)
    rig.disk.setUse(nil, of: path)
    try rig.turn(seconds: 10)
    #expect(try rig.counts() == [.published: 1])
  }

  @Test("A file with other names is claimed by a copy of its own")
  func hardLink() throws {
    let rig = try Rig()
    try rig.start()
    rig.disk.setUse(FileUse(names: 2), of: Rig.inbox.appending("head.nii"))
    rig.drop(PaperScan.volume("head"), "head.nii")
    let inode = try rig.disk.status(of: Rig.inbox.appending("head.nii"))?.inode
    try rig.run()
    let job = try #require(try rig.jobs(.published).first)
    let kept = Rig.state.appending("archive").appending(job.id).appending("head.nii")
    #expect(try rig.disk.status(of: kept)?.inode != inode)
    #expect(rig.places(of: PaperScan.volume("head")) == ["archive"])
  }

  // MARK: Shares

  @Test("An empty folder in place of a share is an absence: work goes on, nothing goes there")
  func unmounted() throws {
    let rig = try Rig()
    rig.disk.mount(Rig.inbox, device: 2)
    try rig.start()
    rig.drop(PaperScan.volume("slow", ["note": "slow"]), "slow.nii")
    try turn(rig, until: .running)
    rig.disk.mount(Rig.inbox, device: 1)
    try rig.turn(seconds: 5)
    #expect(rig.spool.unavailable == ["mri"])
    #expect(try rig.counts() == [.running: 1])
    // Its files would go back into the inbox, were it there.
    let job = try #require(try rig.jobs(.running).first)
    let claimed = Rig.state.appending("work").appending(job.id).appending("in/slow.nii")
    let whole = PaperScan.volume("slow", ["x": "new"])
    rig.disk.put(whole, at: claimed)
    rig.executor.cancel(job.id)
    try rig.turn(seconds: 20)
    #expect(rig.disk.tree(Rig.inbox).isEmpty && rig.places(of: whole) == ["work"])
    rig.disk.mount(Rig.inbox, device: 3)
    try rig.turn(seconds: 20)
    #expect(rig.spool.unavailable.isEmpty)
    #expect(rig.places(of: whole) == ["archive"])
  }

  @Test("Many files are taken turn by turn, and what cannot be taken keeps no other waiting")
  func many() throws {
    let rig = try Rig()
    try rig.start()
    for number in 0..<300 { rig.drop(PaperScan.volume("\(number)"), "a/\(number).nii") }
    try rig.run(turns: 4000)
    #expect(try rig.counts() == [.published: 300])
    #expect(try rig.published().count == 300)
  }

  // MARK: Clocks

  @Test("A date that jumps by a day loses nothing and keeps nothing waiting", arguments: [-1, 1])
  func jumps(_ days: Int) throws {
    for moment in stride(from: 0.5, to: 12, by: 0.7) {
      let rig = try Rig()
      try rig.start()
      rig.drop(PaperScan.volume("head", ["note": "defer"]), "head.nii")
      for number in 1...3 { rig.drop(PaperScan.instance("1", number), "\(number).dcm") }
      try rig.turn(seconds: moment)
      rig.clock.jump(Double(days) * 86400)
      try rig.run()
      #expect(try rig.counts() == [.published: 2], "at \(moment)")
      #expect(rig.clock.monotonic < 1000 + moment + 90, "kept waiting at \(moment)")
    }
  }
}
