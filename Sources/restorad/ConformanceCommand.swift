import ArgumentParser
import DicomFormat
import Foundation

/// For maintainers: keeps the tables of the conformance statement at what the code does.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Print the tables of the DICOM conformance statement, or write them into its page.",
    shouldDisplay: false)

  @Option(help: "The page whose tables are to be made anew, such as docs/dicom-conformance.md.")
  var write: String?

  func run() throws {
    guard let write else {
      for table in ConformanceTable.all { print("\(table.name)\n\n\(table.markdown)") }
      return
    }
    let page = try String(contentsOfFile: write, encoding: .utf8)
    guard let updated = ConformanceTable.updated(page) else {
      Console.say("restorad: \(write) lacks the comments that say where a table stands")
      throw ExitStatus.badInput.code
    }
    if updated != page { try Data(updated.utf8).write(to: URL(fileURLWithPath: write)) }
  }
}
