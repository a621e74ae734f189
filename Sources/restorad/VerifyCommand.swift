import ArgumentParser
import Disk
import Foundation
import JobLedger
import Spool

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read originals and results at rest, and hold them against their hashes.",
    discussion: """
      Originals are compared with the ledger, results with their manifest. Says what is missing, \
      changed, surplus or unreadable, and ends with 74 when there is any of it. A result folder that \
      is no longer in the outbox was taken by someone, and files beside a result are somebody's \
      own: both are told and do not count.
      """)

  @Argument(help: "Jobs by name, or its beginning; all when none is given.")
  var jobs: [String] = []
  @Flag(help: "One JSON object a line: the findings, then the sums.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  private struct Sums: Encodable {
    var jobs = 0
    var files = 0
    var bytes = 0
    var differences = 0
  }

  func run() throws {
    let access = try LedgerAccess(try configuration.load())
    let verifier = RestVerifier(
      disk: RealFileSystem(), ledger: access.ledger, folders: access.folders)
    let wanted =
      try jobs.isEmpty
      ? access.ledger.read { try $0.states().keys.sorted() } : jobs.map { try access.job($0).id }
    var sums = Sums()
    let line = ProgressLine()
    for job in wanted {
      line.show("\(sums.jobs) of \(wanted.count) jobs, \(sums.bytes >> 20) MiB read")
      let verdict = try verifier.verify(job)
      sums.jobs += 1
      sums.files += verdict.files
      sums.bytes += verdict.bytes
      try tell(verdict.findings, &sums, line)
    }
    if jobs.isEmpty { try tell(try unexplained(verifier), &sums, line) }
    line.clear()
    if json { try Console.printLine(sums) } else { print(summary(sums)) }
    if sums.differences > 0 { throw ExitStatus.ioError.code }
  }

  private func unexplained(_ verifier: RestVerifier) throws -> [RestFinding] {
    do {
      return try verifier.unexplained()
    } catch let error as FileError {
      Console.say("restorad: archive and quarantine cannot be listed: \(error) (\(error.path))")
      throw ExitStatus.ioError.code
    }
  }

  private func tell(
    _ findings: [RestFinding], _ sums: inout Sums, _ line: ProgressLine
  ) throws {
    if findings.isEmpty { return }
    line.clear()
    for finding in findings {
      if finding.isDamage { sums.differences += 1 }
      if json { try Console.printLine(finding) } else { print(finding.text) }
    }
  }

  private func summary(_ sums: Sums) -> String {
    "\(sums.jobs) jobs, \(sums.files) files, \(sums.bytes >> 20) MiB read: "
      + (sums.differences == 0 ? "all as it was written" : "\(sums.differences) differences")
  }
}
