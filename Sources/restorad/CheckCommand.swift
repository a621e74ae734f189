import ArgumentParser
import Configuration

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read a configuration and print it with all defaults filled in.")

  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    print(try configuration.load().yaml, terminator: "")
  }
}
