import ArgumentParser
import Foundation

/// Where the program begins.
@main
enum Start {
  /// A worker forks, so it has to stay a process of one thread; everything else runs as Swift's
  /// asynchronous programs do, which begins with a second one.
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    if words.first == "worker" { return WorkerCommand.main(Array(words.dropFirst())) }
    Task { @MainActor in
      await Restorad.main()
      exit(0)
    }
    dispatchMain()
  }
}

/// `restorad`: makes medical scans better to read and to compute with.
struct Restorad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restorad",
    abstract: "Restores medical scans: drop DICOM or NIfTI into a folder, find better scans.",
    version: "restorad \(Build.version) (\(Build.commit))",
    subcommands: [
      RunCommand.self, RestoreCommand.self, InspectCommand.self, CheckCommand.self,
      RecipesCommand.self, EvaluateCommand.self, StatusCommand.self, JobsCommand.self,
      ShowCommand.self, WhyCommand.self, LogsCommand.self, RetryCommand.self, HoldCommand.self,
      ReleaseCommand.self, VerifyCommand.self, PruneCommand.self, DoctorCommand.self,
      ConformanceCommand.self, WorkerCommand.self,
    ])
}
