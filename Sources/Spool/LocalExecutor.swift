import Foundation
import Synchronization
import Worker

/// Workers on this machine: one process a lane, kept and reused, that forks for each assignment.
///
/// As many jobs as asked for run side by side, and beside them those that take long: a job that was
/// at it for a minute, or a tenth of its limit, or that a worker was lost over before, gives way to
/// others and no longer counts. There are as many lanes for such jobs as for the others, so that
/// what hangs does not hold up the rest. Looks at files, also those that have to be taken out of an
/// archive for it, have two lanes of their own: neither a long job nor a file that hangs keeps new
/// files from being recognised.
public final class LocalExecutor: Executor {
  private let jobs: Int
  private let jobLanes: [WorkerLane]
  private let probeLanes: [WorkerLane]
  private let mailbox: Mailbox

  /// Creates the lanes; processes start with the first assignment.
  ///
  /// - Parameters:
  ///   - program: What is started.
  ///   - jobs: How many jobs may run side by side.
  ///   - wake: Called from any thread when there is news.
  public init(program: WorkerProgram, jobs: Int, wake: @escaping @Sendable () -> Void) {
    let mailbox = Mailbox(wake: wake)
    self.mailbox = mailbox
    self.jobs = max(1, jobs)
    jobLanes = (0..<(2 * max(1, jobs))).map { _ in
      WorkerLane(program: program, mailbox: mailbox)
    }
    probeLanes = (0..<2).map { _ in WorkerLane(program: program, mailbox: mailbox) }
  }

  /// How many probes may be started now.
  public var freeProbes: Int { probeLanes.count { $0.isFree } }

  /// How many jobs may be started now.
  public var freeJobs: Int {
    for lane in jobLanes { lane.giveWayIfLate() }
    let busy = jobLanes.count { $0.isBusy && !$0.givesWay }
    return max(0, min(jobs - busy, jobLanes.count { $0.isFree }))
  }

  /// Starts an assignment on a free lane.
  public func start(_ assignment: Assignment) {
    let lanes =
      switch assignment.request {
      case .probe, .compare: probeLanes
      case .unpack(let request) where request.isPartial: probeLanes
      case .restore, .unpack, .trial: jobLanes
      }
    guard let lane = lanes.first(where: { $0.isFree }), lane.take(assignment) else {
      return mailbox.post(
        WorkerNews(of: assignment, kind: .lost(WorkerLoss(.notStarted("no lane is free")))))
    }
  }

  /// Ends an assignment.
  public func cancel(_ id: String) {
    for lane in jobLanes + probeLanes { lane.cancel(id) }
  }

  /// Everything that happened since the last call, in order.
  public func takeNews() -> [WorkerNews] { mailbox.take() }

  /// Ends all workers and their threads.
  public func shutDown() {
    for lane in jobLanes + probeLanes { lane.shutDown() }
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
