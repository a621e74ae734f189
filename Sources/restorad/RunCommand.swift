import ArgumentParser
import Configuration
import Foundation
import RestoradDaemon

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Watch the inboxes and restore what comes, in the foreground.")

  @OptionGroup var configuration: ConfigurationOption
  @Flag(help: "Take in what is there now, finish every job, and exit.")
  var once = false

  func run() async throws {
    let settings = try configuration.load()
    let source = configuration
    let daemon = Daemon(
      settings: settings, isOnce: once, version: Build.version, commit: Build.commit,
      loadSettings: { try source.read() })
    do {
      let outcome = try await daemon.run()
      if outcome.failures > 0 && once { throw ExitStatus.someFailed.code }
      if outcome.isPutOff && once { throw ExitStatus.tryLater.code }
    } catch let failure as Daemon.StartFailure {
      Console.say("restorad: \(failure.description)")
      switch failure.kind {
      case .temporary: throw ExitStatus.tryLater.code
      case .unusable: throw ExitStatus.cannotWrite.code
      // systemd leaves it at that: starting again mends nothing.
      case .foreign: throw ExitStatus.badConfiguration.code
      }
    } catch let status as ExitCode {
      throw status
    } catch {
      // The ledger failed: what was begun is put right by the next start.
      Console.say("restorad: \(error)")
      throw ExitStatus.ioError.code
    }
  }
}
