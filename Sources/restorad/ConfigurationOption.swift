import ArgumentParser
import Configuration
import Foundation
import SystemPackage

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

  /// A configuration file that cannot be read.
  struct Unreadable: Error, CustomStringConvertible {
    let file: String
    let cause: Errno

    var description: String { "\(file): the configuration cannot be read: \(cause)" }
    var status: ExitStatus { cause == .noSuchFileOrDirectory ? .noInput : .ioError }
  }

  /// Reads the configuration; says all mistakes and ends with 78 when there are any.
  func load() throws -> Settings {
    do {
      return try read()
    } catch let error as ConfigurationError {
      Console.say(error.description)
      throw ExitStatus.badConfiguration.code
    } catch let error as Unreadable {
      Console.say(error.description)
      throw error.status.code
    }
  }

  /// Reads the configuration.
  ///
  /// - Throws: `ConfigurationError`; `Unreadable`.
  func read() throws -> Settings {
    guard let file else { return Settings(in: FileManager.default.currentDirectoryPath) }
    guard unsafe access(file, R_OK) == 0 else {
      throw Unreadable(file: file, cause: Errno(rawValue: errno))
    }
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw Unreadable(file: file, cause: .ioError)
    }
    return try Settings.load(bytes: Array(bytes), file: file)
  }
}
