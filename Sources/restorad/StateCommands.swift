import ArgumentParser
import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import SystemPackage

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how the daemon and its jobs fare.")

  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  private struct Sheet: Encodable {
    var running: Bool
    var jobs: [String: Int]
    /// When the ledger was last built anew from the folders; absent when it never was.
    var ledgerRebuilt: String?

    enum CodingKeys: String, CodingKey {
      case running, jobs
      case ledgerRebuilt = "ledger_rebuilt"
    }
  }

  func run() throws {
    let access = try LedgerAccess(try configuration.load())
    let counts = try access.ledger.read { try $0.counts() }
    let rebuilt = try access.ledger.read { try $0.lastRebuilding() }
      .map { Timestamp.text(Date(timeIntervalSince1970: $0)) }
    let named = Dictionary(
      uniqueKeysWithValues: JobState.allCases.map { ($0.rawValue, counts[$0] ?? 0) })
    if json {
      try Console.printLine(
        Sheet(running: access.isDaemonRunning, jobs: named, ledgerRebuilt: rebuilt))
      return
    }
    print(access.isDaemonRunning ? "the daemon is running" : "no daemon is running")
    for state in JobState.allCases {
      let name = state.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
      print("  \(name) \(counts[state] ?? 0)")
    }
    if let rebuilt { print("the ledger was lost and built anew from the folders at \(rebuilt)") }
  }
}

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "List jobs, the oldest first.")

  @Option(help: "Only jobs in this state, such as held or failed.")
  var state: String?
  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func validate() throws {
    if let state, JobState(rawValue: state) == nil {
      let states = JobState.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no state '\(state)'; the states are \(states)")
    }
  }

  func run() throws {
    let access = try LedgerAccess(try configuration.load())
    let state = state.flatMap(JobState.init(rawValue:))
    var last: JobRecord?
    repeat {
      let page = try access.ledger.read { try $0.page(of: state, after: last, limit: 1000) }
      for job in page {
        let sheet = JobSheet(job)
        if json { try Console.printLine(sheet) } else { print(sheet.line) }
      }
      last = page.last
    } while last != nil
  }
}

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one job with its files.")

  @Argument(help: "The job's name, or its beginning.")
  var job: String
  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let access = try LedgerAccess(try configuration.load())
    let record = try access.job(job)
    let later = try access.ledger.read { try $0.successors(of: record.id) }
    let sheet = JobSheet(
      record, files: try access.ledger.read { try $0.files(of: record.id) },
      successor: later.last { $0.state == .published }?.id)
    if json { try Console.printLine(sheet) } else { print(sheet.text) }
  }
}

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print the events of a job as lines of JSON.")

  @Argument(help: "The job's name, or its beginning.")
  var job: String
  @Flag(help: "One JSON object a line; the only form that there is.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let access = try LedgerAccess(try configuration.load())
    let record = try access.job(job)
    for event in try access.ledger.read({ try $0.events(of: record.id) }) { print(event.line) }
  }
}

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say what became of a file or a series, and why.")

  @Argument(help: "A path as it was in the inbox, a Series or SOP Instance UID, or a job's name.")
  var subject: String
  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let settings = try configuration.load()
    let access = try LedgerAccess(settings)
    let here = FilePath(URL(fileURLWithPath: subject).standardizedFileURL.path)
    let jobs = try access.ledger.read { try $0.jobs(about: subject, path: here.encoded) }
    if jobs.isEmpty { return try tellOfFile(at: here, settings, access) }
    for job in jobs {
      let sheet = JobSheet(job)
      if json {
        try Console.printLine(sheet)
        continue
      }
      print(sheet.text)
      for event in try access.ledger.read({ try $0.events(of: job.id) }) {
        print("  \(event.line)")
      }
    }
  }

  /// Says what keeps a file that no job has had.
  private func tellOfFile(at path: FilePath, _ settings: Settings, _ access: LedgerAccess) throws {
    guard let file = try InboxFile(at: path, settings) else {
      Console.say("restorad: no job has had '\(subject)', and it lies in no inbox")
      throw ExitStatus.noInput.code
    }
    if json { return try Console.printLine(file) }
    print("\(file.path)\n  state     not taken yet\n  inbox     \(file.inbox)")
    print("  reason    \(access.isDaemonRunning ? file.waits : "no daemon is running")")
  }
}
