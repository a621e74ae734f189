import Disk
import Foundation
import GRDB
import JobLedger
import RestoradTestSupport
import Testing

/// The file itself: older and newer shapes, and damage.
@Suite("The ledger's file")
struct LedgerFileTests {
  private struct Stop: Error {}

  private func made(_ scratch: ScratchFolder, _ sql: String) throws -> String {
    let path = scratch.path + "/ledger.sqlite"
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
    return path
  }

  private func code(_ body: () throws -> Void) -> LedgerError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? LedgerError)?.code
    }
  }

  @Test("A ledger of the first release is taken over with all that it holds")
  func firstRelease() throws {
    let scratch = try ScratchFolder()
    let ledger = try JobLedger(path: try made(scratch, FirstSchema.sql), examined: true)
    let jobs = try ledger.read { try $0.jobs() }
    #expect(jobs.map(\.state) == [.published, .held])
    #expect(jobs.first?.contentKey == "cc" && jobs.first?.finishedAt == 1_795_000_003)
    #expect(try ledger.read { try $0.files(of: jobs[0].id) }.map(\.changed) == [14])
    #expect(try ledger.read { try $0.events(of: jobs[0].id) }.count == 1)
    #expect(try ledger.read { try $0.pendingRequests() }.map(\.verb) == [.release])
    #expect(try ledger.read { try $0.removal(of: jobs[0].id) } == nil)
    try ledger.examineThoroughly()
  }

  @Test("A step to a newer shape that is cut off in the middle leaves the older one whole")
  func cutOff() throws {
    let scratch = try ScratchFolder()
    let path = try made(scratch, FirstSchema.sql)
    var migrator = ledgerMigrator()
    migrator.registerMigration("cut off") { database in
      try database.execute(sql: "DELETE FROM jobFile; DROP TABLE event; ALTER TABLE job ADD x TEXT")
      throw Stop()
    }
    #expect(code { _ = try JobLedger(path: path, migrator: migrator) } == .unusable)
    let ledger = try JobLedger(path: path)
    #expect(try ledger.read { try $0.jobs() }.count == 2)
    #expect(try ledger.read { try $0.files(of: "20261121T081530Z-MR-3f9c21aa") }.count == 1)
    #expect(try ledger.read { try $0.events(of: "20261121T081530Z-MR-3f9c21aa") }.count == 1)
  }

  @Test("A ledger that a later version wrote is refused, and not a byte of it changes")
  func newer() throws {
    let scratch = try ScratchFolder()
    let path = try made(scratch, FirstSchema.sql)
    var migrator = ledgerMigrator()
    migrator.registerMigration("of a later version") { database in
      try database.execute(sql: "ALTER TABLE job ADD later TEXT")
    }
    do {
      let later = try JobLedger(path: path, migrator: migrator)
      #expect(try later.read { try $0.jobs() }.count == 2)
      try later.close()
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(code { _ = try JobLedger(path: path, examined: true) } == .newer)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test(
    "Damage is told from a file that cannot be read at the moment",
    arguments: ["no database", "header", "cut off", "torn page", "strange state"])
  func damage(_ kind: String) throws {
    let scratch = try ScratchFolder()
    let path = try made(scratch, FirstSchema.sql)
    do {
      let ledger = try JobLedger(path: path)
      try ledger.write { transaction in
        for number in 1...500 {
          try transaction.append(
            EventRow(job: "j\(number)", at: 1, event: "x", line: String(repeating: "y", count: 99)))
        }
      }
      try ledger.close()
    }
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    switch kind {
    case "no database": bytes = Array("Dear colleague".utf8) + bytes
    case "header": bytes.replaceSubrange(0..<100, with: repeatElement(0xAB, count: 100))
    case "cut off": bytes.removeLast(bytes.count / 2)
    case "torn page":
      bytes.replaceSubrange((bytes.count - 2048)..<bytes.count, with: repeatElement(7, count: 2048))
    default:
      let place = try #require(bytes.firstRange(of: Array("heldNIfTI".utf8)))
      bytes[place.lowerBound] = UInt8(ascii: "H")
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    #expect(code { _ = try JobLedger(path: path, examined: true) } == .damaged)
    #expect(code { _ = try JobLedger(path: scratch.path) } == .outOfReach)
  }
}
