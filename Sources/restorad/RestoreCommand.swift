import ArgumentParser
import Configuration
import Disk
import Foundation
import Recipes
import Spool
import SystemPackage

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restore scans without a daemon; the inputs stay where they are.")

  @Argument(help: "Files, folders or archives (.zip, .tar, .tar.gz, .tgz).")
  var input: [String]
  @Option(help: "The folder in which the job folders appear.")
  var outbox: String
  @Option(help: "The recipe; without it the first whose conditions hold.")
  var recipe = "auto"
  @Option(
    help: ArgumentHelp(
      "What to take as known of scans that do not say it, such as Modality=MR.",
      valueName: "keyword=value"))
  var assume: [String] = []
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let settings = try configuration.load()
    if recipe != "auto", settings.book.recipe(named: recipe) == nil {
      Console.say("restorad: there is no recipe '\(recipe)'; see `restorad recipes`")
      throw ExitCode(64)
    }
    let bench = Workbench()
    defer { bench.executor.shutDown() }
    // On the disk that takes the results: archives may become large.
    let unpacked = UnpackedFolder(in: destination, on: bench.disk)
    defer { unpacked.remove() }
    let gathering = try bench.gather(
      input, settings.book, recipe: recipe, assuming: try assumptions(),
      unpackingInto: unpacked.make)
    var tally = Tally()
    for path in gathering.missing {
      Console.say("\(path): no such file or folder")
      tally.missing += 1
    }
    for (path, reason) in gathering.rejected {
      Console.say("\(path): \(reason)")
      tally.refused += 1
    }
    for scan in gathering.scans { try restore(scan, settings, bench, &tally) }
    if let status = tally.status { throw status.code }
  }

  private func restore(
    _ scan: GatheredScan, _ settings: Settings, _ bench: Workbench, _ tally: inout Tally
  ) throws {
    let name = scan.title
    var scan = scan
    if recipe != "auto", scan.isRestorableOnDemand { scan.obstacle = nil }
    if let obstacle = scan.obstacle {
      Console.say("\(name): \(obstacle.isSkip ? "not filtered: " : "")\(obstacle.reason)")
      tally.note(isSkip: obstacle.isSkip)
      return
    }
    let choice = settings.book.choose(
      for: scan.scanFacts, recipe: recipe, assuming: try assumptions())
    guard let chosen = choice.recipe, choice.violations.isEmpty else {
      Console.say("\(name): \(choice.violations.first?.reason ?? choice.why)")
      tally.refused += 1
      return
    }
    var bar = ProgressBar(label: scan.paths.first?.lastComponent?.string ?? "")
    let run = DirectRun(
      disk: bench.disk, executor: bench.executor, clock: SystemClock(), version: Build.version,
      commit: Build.commit, wait: bench.wait, progress: { bar.show($0, $1) })
    let outcome = run.restore(
      scan, chosen, modality: choice.modality, why: choice.why,
      to: destination,
      timeLimit: settings.limits.time.seconds,
      memoryLimit: settings.limits.memory)
    bar.clear()
    switch outcome {
    case .published(let folder):
      print(folder)
      tally.published += 1
    case .skipped(let reason):
      Console.say("\(name): not filtered: \(reason)")
      tally.skipped += 1
    case .refused(let reason):
      Console.say("\(name): \(reason)")
      tally.refused += 1
    case .notWritten(let reason):
      Console.say("\(name): the result could not be written: \(reason)")
      tally.unwritten += 1
    }
  }

  private var destination: FilePath {
    FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(outbox))
      .lexicallyNormalized()
  }

  private func assumptions() throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in assume {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else {
        throw ValidationError("--assume wants keyword=value, not '\(text)'")
      }
      pairs[String(parts[0])] = String(parts[1])
    }
    return pairs
  }
}

/// What became of the inputs, and what the process says of it.
private struct Tally {
  var published = 0
  var skipped = 0
  var refused = 0
  var missing = 0
  var unwritten = 0

  mutating func note(isSkip: Bool) {
    if isSkip { skipped += 1 } else { refused += 1 }
  }

  var status: ExitStatus? {
    if published > 0 { return refused + missing + unwritten > 0 ? .someFailed : nil }
    if unwritten > 0 { return .cannotWrite }
    if refused > 0 { return .badInput }
    if missing > 0 { return .noInput }
    return .nothingToDo
  }
}
