import GRDB
import JobLedger
import Synchronization
import Testing

/// Whatever is asked while the daemon runs, or by a person, goes by an index: it stays quick with a
/// hundred thousand jobs.
@Suite("Query plans")
struct QueryPlanTests {
  /// The statements that a look into the ledger executes.
  private func statements(_ body: (Transaction) throws -> Void) throws -> [String] {
    let heard = Mutex<[String]>([])
    let ledger = try JobLedger.inMemory { sql in heard.withLock { $0.append(sql) } }
    heard.withLock { $0 = [] }
    try ledger.read(body)
    return heard.withLock { $0 }.filter { $0.contains("SELECT") }
  }

  private func plans(_ body: (Transaction) throws -> Void) throws -> [String] {
    let ledger = try JobLedger.inMemory()
    return try statements(body).flatMap { sql in try ledger.read { try $0.plan(sql) } }
  }

  @Test(
    "No question reads a whole table, nor sorts more than it found",
    arguments: [
      ("about", false), ("prefix", false), ("page", true), ("page of a state", true),
      ("queued", true), ("duplicate", false), ("series", false), ("instance", false),
      ("files", false), ("events", false), ("requests of a job", false), ("rebuilding", false),
    ])
  func plan(_ name: String, sorted: Bool) throws {
    let plans = try plans { ledger in
      switch name {
      case "about": _ = try ledger.jobs(about: "1.2.3", path: "/in/1.dcm")
      case "prefix": _ = try ledger.jobs(prefix: "2026")
      case "page": _ = try ledger.page(of: nil, after: nil, limit: 10)
      case "page of a state": _ = try ledger.page(of: .held, after: nil, limit: 10)
      case "queued": _ = try ledger.jobs(in: [.queued], limit: 2)
      case "duplicate": _ = try ledger.job(content: "c", recipeHash: "r", version: "1")
      case "series": _ = try ledger.jobs(series: "1.2", in: [.held, .published])
      case "instance": _ = try ledger.files(sopInstanceUID: "1.2")
      case "files": _ = try ledger.files(of: "j")
      case "events": _ = try ledger.events(of: "j")
      case "requests of a job": _ = try ledger.hasRequest(for: "j")
      default: _ = try ledger.lastRebuilding()
      }
    }
    #expect(!plans.isEmpty)
    for plan in plans where plan.hasPrefix("SCAN") {
      let isSmall = ["SCAN CONSTANT", "SCAN (subquery"].contains { plan.hasPrefix($0) }
      #expect(isSmall || plan.contains("job_by_age"), "\(name): \(plans)")
    }
    if sorted { #expect(!plans.contains { $0.contains("TEMP B-TREE") }, "\(name): \(plans)") }
  }
}
