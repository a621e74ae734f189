import ArgumentParser
import Foundation
import JobLedger

/// Leaves a request for the daemon, which obeys within a second, or at its next start.
private func leave(
  _ verb: RequestRow.Verb, _ name: String, _ configuration: ConfigurationOption,
  allowed: [JobState]
) throws {
  let access = try LedgerAccess(try configuration.load())
  let job = try access.job(name)
  guard allowed.contains(job.state) else {
    Console.say("restorad: the job is \(job.state.rawValue); \(verb.rawValue) does nothing to it")
    throw ExitStatus.nothingToDo.code
  }
  if try access.ledger.read({ try $0.removal(of: job.id) }) != nil {
    Console.say("restorad: the job's originals were removed by `restorad prune`")
    throw ExitStatus.nothingToDo.code
  }
  try access.ledger.write {
    try $0.append(RequestRow(verb: verb, job: job.id, at: Date().timeIntervalSince1970))
  }
  if !access.isDaemonRunning {
    Console.say("no daemon is running; the request is obeyed when one starts")
  }
}

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try a failed or deferred job again.")

  @Argument(help: "The job's name, or its beginning.")
  var job: String
  @OptionGroup var configuration: ConfigurationOption

  func run() throws { try leave(.retry, job, configuration, allowed: [.failed, .deferred]) }
}

struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Keep a waiting job from starting.")

  @Argument(help: "The job's name, or its beginning.")
  var job: String
  @OptionGroup var configuration: ConfigurationOption

  func run() throws { try leave(.hold, job, configuration, allowed: [.queued, .deferred]) }
}

struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Let a held job go on.")

  @Argument(help: "The job's name, or its beginning.")
  var job: String
  @OptionGroup var configuration: ConfigurationOption

  func run() throws { try leave(.release, job, configuration, allowed: [.held]) }
}
