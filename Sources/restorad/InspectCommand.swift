import ArgumentParser
import Configuration
import Foundation
import Recipes
import ScanModel
import Spool
import SystemPackage

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what scans are and which recipe they would get; writes nothing.")

  @Argument(help: "Files or folders.")
  var input: [String]
  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let settings = try configuration.load()
    let bench = Workbench()
    defer { bench.executor.shutDown() }
    let gathering = try bench.gather(input, settings.book, recipe: "auto")
    for path in gathering.missing { Console.say("\(path): no such file or folder") }
    for (path, reason) in gathering.rejected { Console.say("\(path): \(reason)") }
    for scan in gathering.scans {
      let sheet = ScanSheet(scan, settings.book)
      if json { try Console.printLine(sheet) } else { print(sheet.text) }
    }
    for archive in gathering.archives {
      let sheet = ArchiveSheet(archive.path, archive.facts)
      if json { try Console.printLine(sheet) } else { print(sheet.text) }
    }
    if !gathering.missing.isEmpty { throw ExitStatus.noInput.code }
    if !gathering.rejected.isEmpty { throw ExitStatus.badInput.code }
    if gathering.scans.isEmpty && gathering.archives.isEmpty { throw ExitStatus.nothingToDo.code }
  }
}

/// What `inspect` says of an archive: it writes nothing, so what is in it stays there.
private struct ArchiveSheet: Encodable {
  var files: [String]
  var format = ScanFormat.archive.rawValue
  var members: Int
  var bytes: Int

  init(_ path: FilePath, _ facts: ArchiveFacts) {
    files = [path.string]
    members = facts.files
    bytes = facts.bytes
  }

  var text: String {
    "\(files[0])\n  format           \(format)\n  members          \(members), "
      + "\(ByteCount.text(bytes)) unpacked"
  }
}

/// What `inspect` says of a scan.
private struct ScanSheet: Encodable {
  struct RecipeLine: Encodable {
    var recipe: String
    var holds: Bool
    var why: String
  }

  var files: [String]
  var format: String
  var modality: String?
  var shape: [Int]
  var spacing: [Double]
  var dtype: String
  var transferSyntax: String?
  var series: String?
  var recipe: String?
  var why: String
  var conditions: [RecipeLine]
  var predictedMemory: Int?
  var skipped: String?
  var unsupported: String?
  var problems: String?

  enum CodingKeys: String, CodingKey {
    case files, format, modality, shape
    case spacing = "spacing_mm"
    case dtype
    case transferSyntax = "transfer_syntax"
    case series, recipe, why, conditions
    case predictedMemory = "predicted_memory_bytes"
    case skipped, unsupported, problems
  }

  init(_ scan: GatheredScan, _ book: RecipeBook) {
    let choice = book.choose(for: scan.scanFacts)
    let first = scan.facts.first
    files = scan.paths.map(\.string)
    format = scan.format.rawValue
    modality = choice.modality
    dtype = first?.storedType ?? ""
    transferSyntax = first?.dicom?.transferSyntaxUID
    series = first?.dicom?.seriesInstanceUID
    shape = first?.shape ?? []
    spacing = first?.spacing ?? []
    if let stacks = scan.assembly?.stacks, let stack = stacks.first, shape.count == 2 {
      shape.append(stack.members.count)
      if stacks.count > 1 { shape.append(stacks.count) }
      if let step = stack.sliceSpacing { spacing = Array(spacing.prefix(2)) + [step] }
    }
    if let obstacle = scan.obstacle {
      if obstacle.isSkip { skipped = obstacle.reason } else { unsupported = obstacle.reason }
    }
    recipe = scan.obstacle == nil ? choice.recipe?.name : nil
    why = choice.why
    conditions = choice.outcomes.map {
      RecipeLine(recipe: $0.recipe, holds: $0.outcome.holds, why: $0.outcome.words)
    }
    problems = scan.assembly?.problemSummary
    if scan.obstacle == nil, let recipe = choice.recipe {
      predictedMemory = scan.predictedMemory(for: recipe, modality: choice.modality)
    }
  }

  var text: String {
    var lines = [
      files.count == 1 ? files[0] : "\(files[0]) and \(files.count - 1) more",
      "  format           \(format)", "  modality         \(modality ?? "not known")",
      "  shape            \(shape.map(String.init).joined(separator: " × "))",
      "  spacing          \(spacing.map { String(format: "%.6g", $0) }.joined(separator: " × ")) mm",
      "  data type        \(dtype)",
    ]
    if let transferSyntax { lines.append("  transfer syntax  \(transferSyntax)") }
    if let skipped { lines.append("  not filtered     \(skipped)") }
    if let unsupported { lines.append("  not supported    \(unsupported)") }
    if let problems { lines.append("  not whole        \(problems)") }
    lines.append("  recipe           \(recipe ?? "none"): \(why)")
    if let predictedMemory {
      lines.append("  memory           at most about \(ByteCount.text(predictedMemory))")
    }
    for line in conditions {
      lines.append("    \(line.holds ? "+" : "-") \(line.recipe): \(line.why)")
    }
    return lines.joined(separator: "\n")
  }
}
