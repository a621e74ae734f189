import Foundation
import Synchronization
import Worker

/// Workers on this machine: one process a lane, kept and reused.
///
/// Jobs have as many lanes as asked for; probes have one of their own, so that a long job never
/// keeps new files from being recognised.
public final class LocalExecutor: Executor {
  private let jobLanes: [WorkerLane]
  private let probeLane: WorkerLane
  private let mailbox: Mailbox

  /// Creates the lanes; processes start with the first assignment.
  ///
  /// - Parameters:
  ///   - executable: What is started; this very program.
  ///   - jobs: How many jobs may run side by side.
  ///   - wake: Called from any thread when there is news.
  public init(executable: String, jobs: Int, wake: @escaping @Sendable () -> Void) {
    let mailbox = Mailbox(wake: wake)
    self.mailbox = mailbox
    jobLanes = (0..<max(1, jobs)).map { _ in
      WorkerLane(executable: executable, mailbox: mailbox)
    }
    probeLane = WorkerLane(executable: executable, mailbox: mailbox)
  }

  /// How many probes may be started now.
  public var freeProbes: Int { probeLane.isFree ? 1 : 0 }

  /// How many jobs may be started now.
  public var freeJobs: Int { jobLanes.count { $0.isFree } }

  /// Starts an assignment on a free lane.
  public func start(_ assignment: Assignment) {
    let lane: WorkerLane? =
      switch assignment.request {
      case .probe: probeLane
      case .restore: jobLanes.first { $0.isFree }
      }
    guard let lane, lane.take(assignment) else {
      mailbox.post(
        WorkerNews(id: assignment.id, kind: .lost(WorkerLoss(.notStarted("no lane is free")))))
      return
    }
  }

  /// Ends an assignment.
  public func cancel(_ id: String) {
    for lane in jobLanes + [probeLane] { lane.cancel(id) }
  }

  /// Everything that happened since the last call, in order.
  public func takeNews() -> [WorkerNews] { mailbox.take() }

  /// Ends all workers and their threads.
  public func shutDown() {
    for lane in jobLanes + [probeLane] { lane.shutDown() }
  }
}

/// Where lanes leave their news.
final class Mailbox: Sendable {
  private let news = Mutex<[WorkerNews]>([])
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  func post(_ item: WorkerNews) {
    news.withLock { $0.append(item) }
    wake()
  }

  func take() -> [WorkerNews] {
    news.withLock { items in
      let taken = items
      items = []
      return taken
    }
  }
}
