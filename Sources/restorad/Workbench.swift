import Configuration
import Disk
import Foundation
import Recipes
import Spool
import SystemPackage

/// Workers for a command that does its work itself, and what it needs to wait for them.
struct Workbench {
  let disk = RealFileSystem()
  let executor: LocalExecutor
  private let bell = DispatchSemaphore(value: 0)

  init() {
    let program = WorkerProgram(version: Build.version, commit: Build.commit) {
      Console.say("restorad: \($0)")
    }
    executor = LocalExecutor(program: program, jobs: 1, wake: { [bell] in bell.signal() })
  }

  /// Waits until there may be news.
  func wait() { _ = bell.wait(timeout: .now() + 1) }

  /// Finds the scans among files and folders.
  func gather(
    _ inputs: [String], _ book: RecipeBook, recipe: String,
    assuming assumed: [String: String] = [:],
    unpackingInto scratch: (() throws -> FilePath)? = nil
  ) throws -> Gathering {
    let here = FileManager.default.currentDirectoryPath
    let paths = RawArguments.paths(inputs).map {
      FilePath(here).pushing($0).lexicallyNormalized()
    }
    return try ScanGatherer(disk: disk, executor: executor, wait: wait)
      .gather(
        paths, book.question(recipe: recipe, assuming: assumed), unpackingInto: scratch)
  }
}
