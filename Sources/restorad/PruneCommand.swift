import ArgumentParser
import Configuration
import Disk
import Foundation
import JobLedger
import RestoradDaemon
import Spool
import SystemPackage

struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove old originals from the archive, and write down what was removed.",
    discussion: """
      Without --state only archived originals of published jobs go, and only when the result stands \
      in the outbox and verifies. Jobs that wait, run, are held or deferred are never touched. Every \
      removal is an event of its job, in ledger and log. Works beside a running daemon. Ends with 2 \
      when there is nothing to remove.
      """)

  @Option(
    name: .customLong("older-than"),
    help: ArgumentHelp("How long ago the jobs came to rest, such as 90d.", valueName: "time"),
    transform: { text in
      guard let age = DurationText.duration(text) else {
        throw ValidationError("'\(text)' is not \(DurationText.allowed)")
      }
      return age
    })
  var age: Duration
  @Option(
    help: "archive, duplicates, skipped or quarantine; of the last two there is no result.",
    transform: { text in
      guard let selection = OriginalsPruner.Selection(rawValue: text) else {
        let all = OriginalsPruner.Selection.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("there is no '\(text)' to prune; there are \(all)")
      }
      return selection
    })
  var state = OriginalsPruner.Selection.archive
  @Flag(help: "Also where someone took the result out of the outbox.")
  var evenIfTaken = false
  @Flag(help: "Only say what would be removed.")
  var dryRun = false
  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let settings = try configuration.load()
    let access = try LedgerAccess(settings)
    let lock = try access.lockRemovals()
    defer { close(lock) }
    let pruner = OriginalsPruner(
      disk: RealFileSystem(), ledger: access.ledger, folders: access.folders, clock: SystemClock(),
      log: makeLogger(settings.log), evenIfTaken: evenIfTaken)
    let moment = Date().timeIntervalSince1970 - seconds
    var removed = 0
    var isBroken = false
    do {
      for job in try pruner.unfinished() + pruner.candidates(state, before: moment) {
        guard let outcome = attempt(job, pruner, &isBroken) else { continue }
        if outcome.outcome != .kept { removed += 1 }
        try tell(outcome)
      }
    } catch let error as FileError {
      Console.say("restorad: the state folder cannot be read: \(error) (\(error.path))")
      isBroken = true
    }
    if isBroken { throw ExitStatus.ioError.code }
    if removed == 0 { throw ExitStatus.nothingToDo.code }
  }

  private var seconds: Double {
    Double(age.components.seconds) + Double(age.components.attoseconds) / 1e18
  }

  /// One job; when the disk fails the others still have their turn, and the next call goes on with
  /// this one.
  private func attempt(
    _ job: String, _ pruner: OriginalsPruner, _ isBroken: inout Bool
  ) -> OriginalsPruner.Outcome? {
    do {
      return try pruner.prune(job, isRehearsal: dryRun)
    } catch {
      isBroken = true
      Console.say("restorad: \(job): \(error)")
      return nil
    }
  }

  private func tell(_ outcome: OriginalsPruner.Outcome) throws {
    if json { return try Console.printLine(outcome) }
    switch outcome.outcome {
    case .kept: print("kept       \(outcome.job)  \(outcome.reason ?? "")")
    case .removed, .removable:
      let word = outcome.outcome.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
      print("\(word) \(outcome.job)  \(outcome.files) files, \(outcome.bytes) bytes")
    }
  }
}
