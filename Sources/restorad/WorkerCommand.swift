import ArgumentParser
import Worker

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Serve the daemon: orders in, replies out.",
    shouldDisplay: false)

  @Flag(help: "Say first who this is, on descriptor 3.")
  var introduce = false

  func run() throws {
    let identity = WorkerIdentity(version: Build.version, commit: Build.commit, level: .built)
    throw ExitCode(WorkerLoop(introducing: introduce ? identity : nil).run())
  }
}
