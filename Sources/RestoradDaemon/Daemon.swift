public import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import ServiceLifecycle
import Spool
import SystemPackage
import UnixSignals

/// The daemon: everything that `restorad run` starts, in the order in which it depends on each
/// other.
public struct Daemon: Sendable {
  /// Why the daemon cannot run.
  public struct StartFailure: Error, CustomStringConvertible {
    /// What may help.
    public enum Kind: Sendable {
      /// Trying again later.
      case temporary
      /// Mending the state folder.
      case unusable
      /// Another version of Restorad.
      case foreign
    }

    /// What failed, and what to do.
    public let description: String
    /// What may help.
    public let kind: Kind
  }

  /// What became of a run.
  public struct Outcome: Sendable {
    /// Jobs that failed.
    public var failures: Int
    /// Jobs that were published.
    public var published: Int
    /// Whether something waits for its surroundings, such as space on a disk.
    public var isPutOff: Bool
  }

  private let settings: Settings
  private let loadSettings: @Sendable () throws -> Settings
  private let isOnce: Bool
  private let version: String
  private let commit: String

  /// Creates a daemon.
  ///
  /// - Parameters:
  ///   - settings: The configuration in force.
  ///   - isOnce: Whether to take in what is there now, finish it and return.
  ///   - version: Restorad's version, part of the identity of what is made.
  ///   - commit: What it was built from.
  ///   - loadSettings: Reads the configuration again, at SIGHUP.
  public init(
    settings: Settings, isOnce: Bool, version: String, commit: String,
    loadSettings: @escaping @Sendable () throws -> Settings
  ) {
    self.settings = settings
    self.isOnce = isOnce
    self.version = version
    self.commit = commit
    self.loadSettings = loadSettings
  }

  /// Runs until SIGTERM or SIGINT, or until all is done.
  ///
  /// - Throws: `StartFailure`; `DatabaseError` when the ledger fails later on.
  public func run() async throws -> Outcome {
    // A worker that ends while it is written to must not end the daemon.
    _ = signal(SIGPIPE, SIG_IGN)
    let log = makeLogger(settings.log)
    let service = SpoolService(
      settings: settings, isOnce: isOnce, version: version, commit: commit, log: log)
    let reload = ReloadService(
      loop: service.loop, log: log, started: settings, loadSettings: loadSettings)
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: HurryService(loop: service.loop)),
        .init(service: reload),
        .init(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .cancelGroup),
      ],
      gracefulShutdownSignals: [.sigterm, .sigint],
      logger: Logger(label: "lifecycle") { _ in
        SwiftLogNoOpLogHandler()
      })
    configuration.maximumGracefulShutdownDuration = .seconds(29)
    try await ServiceGroup(configuration: configuration).run()
    return service.outcome
  }
}
