import Foundation
import Testing

/// The ledger is damaged or gone, with the real program on a real disk.
@Suite("The ledger of a daemon", .enabled(if: Restorad.isBuilt), .serialized)
struct LedgerTests {
  /// A workplace whose one scan is published.
  private func finished() throws -> Workplace {
    let place = try Workplace()
    try place.copy("dicom/MR_small.dcm", to: "inbox/one.dcm")
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(place.published.count == 1)
    return place
  }

  private func removeLedger(_ place: Workplace) {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: place.path("state/ledger.sqlite" + suffix))
    }
  }

  private func harm(_ place: Workplace, _ kind: String) throws {
    let path = place.path("state/ledger.sqlite")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    switch kind {
    case "gone": return removeLedger(place)
    case "empty": bytes = Data()
    case "garbage": bytes.replaceSubrange(0..<64, with: Data(repeating: 0xA5, count: 64))
    case "torn": bytes.replaceSubrange(8192..<12288, with: Data(repeating: 0, count: 4096))
    default: bytes.removeLast(bytes.count / 3)
    }
    removeLedger(place)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  @Test(
    "A ledger that is damaged or gone is replaced, and the same content is still a duplicate",
    arguments: ["gone", "empty", "garbage", "torn", "cut off"])
  func lost(_ kind: String) throws {
    let place = try finished()
    try harm(place, kind)
    let isDamaged = !["gone", "empty"].contains(kind)
    if isDamaged { #expect(try Restorad.run("jobs", in: place).status == 74 || kind == "torn") }
    try place.copy("dicom/MR_small.dcm", to: "inbox/again.dcm")
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("ledger.rebuilt"))
    #expect(run.errors.contains("ledger.damaged") == isDamaged)
    let aside = place.files("state").filter { $0.hasPrefix("ledger.sqlite.corrupt-") }
    #expect(aside.isEmpty != isDamaged, "\(aside)")
    #expect(place.published.count == 1)
    let jobs = try Restorad.run("jobs", "--json", in: place).objects()
    #expect(jobs.compactMap { $0["state"] as? String } == ["published", "duplicate"])
    let status = try #require(try Restorad.run("status", "--json", in: place).objects().first)
    #expect(status["ledger_rebuilt"] is String)
    #expect(try Restorad.run("verify", in: place).status == 0)
    #expect(try Restorad.run("doctor", in: place).output.contains("built anew from the folders"))
    #expect(try !Restorad.run("run", "--once", in: place).errors.contains("ledger.rebuilt"))
  }

  @Test("Verifying tells what differs and ends with 74, pruning removes what it may and no more")
  func atRest() throws {
    let place = try finished()
    let clean = try Restorad.run("verify", "--json", in: place)
    #expect(clean.status == 0)
    #expect(try clean.objects().last?["files"] as? Int == 4)
    #expect(try Restorad.run("prune", "--older-than", "1h", in: place).status == 2)
    #expect(try Restorad.run("prune", "--older-than", "soon", in: place).status == 64)
    #expect(try Restorad.run("prune", in: place).status == 64)

    let archive = "state/archive/" + (try #require(place.files("state/archive").first))
    let whole = try Data(contentsOf: URL(fileURLWithPath: place.path(archive)))
    try (whole.dropLast() + [whole[whole.count - 1] ^ 1]).write(
      to: URL(fileURLWithPath: place.path(archive)))
    let harmed = try Restorad.run("verify", "--json", in: place)
    #expect(harmed.status == 74)
    #expect(try harmed.objects().first?["finding"] as? String == "changed")

    let rehearsal = try Restorad.run("prune", "--older-than", "0s", "--dry-run", in: place)
    #expect(rehearsal.status == 0 && place.files("state/archive").count == 1)
    let pruned = try Restorad.run("prune", "--older-than", "0s", "--json", in: place)
    #expect(pruned.status == 0)
    #expect(try pruned.objects().map { $0["outcome"] as? String } == ["removed"])
    #expect(pruned.errors.contains("originals.pruned"))
    #expect(place.files("state/archive").isEmpty)
    #expect(try Restorad.run("verify", in: place).status == 0)
    let job = try #require(place.published.first)
    #expect(try Restorad.run("logs", job, in: place).output.contains("originals.pruned"))
    #expect(try Restorad.run("verify", "nothing", in: place).status == 66)
  }

  @Test("Beside a running daemon both work; a second stop ends it at once with everything kept")
  func beside() throws {
    let place = try finished()
    let daemon = try Restorad.start(["run"], in: place)
    #expect(daemon.waits(for: "daemon.ready"))
    #expect(try Restorad.run("verify", in: place).status == 0)
    #expect(try Restorad.run("prune", "--older-than", "0s", in: place).status == 0)
    try place.copy("dicom/MR_small.dcm", to: "inbox/again.dcm")
    #expect(daemon.waits(for: "job.duplicate"))
    daemon.signal(SIGTERM)
    daemon.signal(SIGTERM)
    #expect(try daemon.finish().status == 0)
    #expect(place.files("state/archive").count == 1)
  }

  private static let sqlite = "/usr/bin/sqlite3"

  @Test(
    "A ledger of a later version ends every verb with 78, and stays as it is",
    .enabled(if: FileManager.default.isExecutableFile(atPath: sqlite)))
  func later() throws {
    let place = try finished()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.sqlite)
    process.arguments = [
      place.path("state/ledger.sqlite"), "INSERT INTO grdb_migrations VALUES ('of tomorrow')",
    ]
    try process.run()
    process.waitUntilExit()
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.status == 78)
    #expect(run.errors.contains("a later version"))
    #expect(try Restorad.run("status", in: place).status == 78)
    #expect(place.files("state").allSatisfy { !$0.contains("corrupt") })
  }
}
