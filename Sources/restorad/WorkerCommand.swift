import ArgumentParser
import Worker

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Serve the daemon: requests in, replies out.",
    shouldDisplay: false)

  @Option(help: "Bytes of memory that it may take.")
  var memory: Int?

  func run() { WorkerLoop(memoryLimit: memory).run() }
}
