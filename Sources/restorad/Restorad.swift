import ArgumentParser
import Foundation

/// `restorad`: makes medical scans better to read and to compute with.
@main
struct Restorad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restorad",
    abstract: "Restores medical scans: drop DICOM or NIfTI into a folder, find better scans.",
    version: "restorad \(Build.version) (\(Build.commit))",
    subcommands: [
      RunCommand.self, RestoreCommand.self, InspectCommand.self, CheckCommand.self,
      RecipesCommand.self, EvaluateCommand.self, StatusCommand.self, JobsCommand.self,
      ShowCommand.self, WhyCommand.self, LogsCommand.self, RetryCommand.self, HoldCommand.self,
      ReleaseCommand.self, DoctorCommand.self, WorkerCommand.self,
    ])
}
