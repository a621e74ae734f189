import ArgumentParser
import Configuration
import Foundation

/// Where the configuration comes from.
struct ConfigurationOption: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "The configuration file. Without it: $RESTORAD_CONFIG, /etc/restorad/restorad.yaml, or else "
        + "./inbox, ./outbox and ./state.", valueName: "file"))
  var path: String?

  private static let systemPath = "/etc/restorad/restorad.yaml"

  /// The file to read; nil when there is none at all.
  var file: String? {
    if let path { return path }
    let named = ProcessInfo.processInfo.environment["RESTORAD_CONFIG"]
    if let named, !named.isEmpty { return named }
    return FileManager.default.fileExists(atPath: Self.systemPath) ? Self.systemPath : nil
  }

  /// Reads the configuration; says all mistakes and ends with 78 when there are any.
  func load() throws -> Settings {
    do {
      return try read()
    } catch let error as ConfigurationError {
      Console.say(error.description)
      throw ExitStatus.badConfiguration.code
    }
  }

  /// Reads the configuration.
  ///
  /// - Throws: `ConfigurationError`; `ExitCode` when the file cannot be read.
  func read() throws -> Settings {
    guard let file else { return Settings(in: FileManager.default.currentDirectoryPath) }
    guard let bytes = FileManager.default.contents(atPath: file) else {
      Console.say("\(file): the configuration cannot be read")
      throw FileManager.default.fileExists(atPath: file)
        ? ExitStatus.ioError.code : ExitStatus.noInput.code
    }
    return try Settings.load(bytes: Array(bytes), file: file)
  }
}
