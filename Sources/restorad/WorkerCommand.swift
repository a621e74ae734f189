import ArgumentParser
import Worker

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Serve the daemon: orders in, replies out.",
    shouldDisplay: false)

  func run() throws { throw ExitCode(WorkerLoop().run()) }
}
