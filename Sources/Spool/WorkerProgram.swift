import Foundation
import Synchronization
public import Worker

/// The program that workers are started from: the best that this machine can run, or one's own.
///
/// Another one is asked who it is each time that it is started, since it may be replaced at any
/// time; it has to be of the very version and commit, else one's own serves from then on.
public final class WorkerProgram: Sendable {
  /// Seconds within which a program has to introduce itself.
  private static let patience = 10.0

  private let own: String
  private let identity: WorkerIdentity
  private let better: Mutex<Candidate?>
  private let refusal: @Sendable (String) -> Void

  /// Chooses among the programs beside the running one.
  ///
  /// - Parameters:
  ///   - version: The running version.
  ///   - commit: What it was built from.
  ///   - refusal: Told, once and from any thread, why a better program is not used.
  public convenience init(
    version: String, commit: String, refusal: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.init(
      own: "/proc/self/exe",
      identity: WorkerIdentity(version: version, commit: commit, level: .built),
      better: Self.candidateHere(), refusal: refusal)
  }

  /// Uses one program and no other.
  public convenience init(executable: String) {
    self.init(
      own: executable, identity: WorkerIdentity(version: "", commit: "", level: .built),
      better: nil, refusal: { _ in })
  }

  init(
    own: String, identity: WorkerIdentity, better: Candidate?,
    refusal: @escaping @Sendable (String) -> Void
  ) {
    self.own = own
    self.identity = identity
    self.better = Mutex(better)
    self.refusal = refusal
  }

  /// Tries the better program, if there is one.
  ///
  /// - Returns: The level of the workers to come.
  public func settle() -> InstructionLevel {
    _ = introduced()?.end(kill: true)
    return better.withLock { $0?.level } ?? identity.level
  }

  /// Starts a worker.
  ///
  /// - Throws: `POSIXError` when the system refuses.
  func start() throws -> WorkerProcess {
    if let worker = introduced() { return worker }
    return try WorkerProcess(executable: own, arguments: ["worker"])
  }

  /// A worker of the better program that has said who it is; nil when there is none.
  private func introduced() -> WorkerProcess? {
    guard let candidate = better.withLock({ $0 }) else { return nil }
    var expected = identity
    expected.level = candidate.level
    do {
      let worker = try WorkerProcess(
        executable: candidate.path, arguments: ["worker", "--introduce"])
      let said = worker.introduction(within: Self.patience)
      if said == expected.line { return worker }
      _ = worker.end(kill: true)
      refuse(
        candidate,
        said.map { "it is '\($0.prefix(100))', not '\(expected.line)'" } ?? "it said nothing")
    } catch {
      refuse(candidate, "it could not be started: \(error.localizedDescription)")
    }
    return nil
  }

  private func refuse(_ candidate: Candidate, _ reason: String) {
    let isFirst = better.withLock { better in
      defer { better = nil }
      return better != nil
    }
    if isFirst {
      refusal("\(candidate.path) is not used for workers: \(reason); install both anew")
    }
  }
}
