import Foundation
import Glibc
import Synchronization
import Worker

/// A thread that serves one worker process with one assignment at a time, and starts another when
/// that is lost.
final class WorkerLane: Sendable {
  private struct State {
    var assignment: Assignment?
    var process: pid_t?
    var isCancelled = false
    var isShutDown = false
    /// When the assignment was taken, on the forward clock.
    var begun = 0.0
    /// Whether the worker lets others go first.
    var givesWay = false
  }

  /// How long a worker may take to end an assignment that took too long, in seconds.
  private static let graceAtLimit = 2.0

  private let program: WorkerProgram
  private let mailbox: Mailbox
  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)

  init(program: WorkerProgram, mailbox: Mailbox) {
    self.program = program
    self.mailbox = mailbox
    let thread = Thread { [self] in serve() }
    thread.name = "worker lane"
    thread.start()
  }

  var isFree: Bool { state.withLock { $0.assignment == nil && !$0.isShutDown } }

  func take(_ assignment: Assignment) -> Bool {
    let isTaken = state.withLock { state in
      guard state.assignment == nil, !state.isShutDown else { return false }
      state.assignment = assignment
      state.isCancelled = false
      state.begun = ProcessInfo.processInfo.systemUptime
      state.givesWay = assignment.isSuspect
      return true
    }
    if isTaken { signal.signal() }
    return isTaken
  }

  var isBusy: Bool { state.withLock { $0.assignment != nil } }

  /// Whether its worker lets others go first.
  var givesWay: Bool { state.withLock { $0.givesWay } }

  /// Has the worker let others go first once it was at its assignment for long.
  func giveWayIfLate() {
    let now = ProcessInfo.processInfo.systemUptime
    state.withLock { state in
      guard let assignment = state.assignment, !state.givesWay,
        now - state.begun > min(60, assignment.timeLimit / 10)
      else { return }
      state.givesWay = true
      if let process = state.process { Self.lowerPriority(of: process) }
    }
  }

  /// Where the system does not let it, all have the same share.
  private static func lowerPriority(of process: pid_t) {
    _ = setpriority(Int32(PRIO_PGRP.rawValue), id_t(process), 10)
  }

  func cancel(_ id: String) {
    state.withLock { state in
      guard state.assignment?.id == id else { return }
      state.isCancelled = true
      if let process = state.process { _ = kill(-process, SIGKILL) }
    }
  }

  func shutDown() {
    state.withLock { state in
      state.isShutDown = true
      if state.assignment != nil, let process = state.process { _ = kill(-process, SIGKILL) }
    }
    signal.signal()
  }

  // MARK: The thread

  private func serve() {
    var worker: WorkerProcess?
    while true {
      signal.wait()
      guard let assignment = state.withLock({ $0.isShutDown ? nil : $0.assignment }) else { break }
      var outcome: Outcome
      do {
        let running = try worker ?? program.start()
        worker = running
        outcome = attend(assignment, running)
      } catch {
        outcome = Outcome(news: .lost(WorkerLoss(.notStarted("\(error)"))), isWorkerGone: true)
      }
      if outcome.isWorkerGone {
        worker = nil
      } else if givesWay, let slow = worker {
        // A priority that was lowered cannot be raised again.
        state.withLock { $0.process = nil }
        _ = slow.end(kill: false)
        worker = nil
      }
      // The last news goes out when the lane is free again: it makes room for the next assignment.
      state.withLock { state in
        state.assignment = nil
        state.givesWay = false
      }
      mailbox.post(WorkerNews(of: assignment, kind: outcome.news))
    }
    if let worker { _ = worker.end(kill: false) }
  }

  /// What an assignment came to.
  private struct Outcome {
    var news: WorkerNews.Kind
    var isWorkerGone = false
  }

  /// Sends the order and passes on what comes back, but the last.
  private func attend(_ assignment: Assignment, _ worker: WorkerProcess) -> Outcome {
    let begun = ProcessInfo.processInfo.systemUptime
    let isCancelled = state.withLock { state in
      state.process = worker.process
      if state.givesWay { Self.lowerPriority(of: worker.process) }
      return state.isCancelled || state.isShutDown
    }
    let order = WorkerOrder(assignment.request, memoryLimit: assignment.memoryLimit)
    guard !isCancelled, let line = encode(order), worker.send(line) else {
      return lose(worker, since: begun)
    }
    var deadline = begun + assignment.timeLimit
    var conversation = Conversation(assignment.request)
    while true {
      switch worker.next(until: deadline) {
      case .reply(let text):
        guard let reply = decode(text), conversation.hear(reply) else {
          return lose(worker, since: begun)
        }
        if let news = conversation.takeNews() {
          mailbox.post(WorkerNews(of: assignment, kind: .reply(news)))
        }
        if case .probed = reply {
          deadline = ProcessInfo.processInfo.systemUptime + assignment.timeLimit
        }
      case .ending(let ending):
        state.withLock { $0.process = nil }
        if ending.isGood, let last = conversation.last { return Outcome(news: .reply(last)) }
        return Outcome(news: .lost(loss(ending, worker)))
      case .end: return lose(worker, since: begun)
      case .timeout: return stop(worker, after: assignment.timeLimit, since: begun)
      }
    }
  }

  /// Ends an assignment that took too long; the worker that forked it goes on, if it answers.
  private func stop(
    _ worker: WorkerProcess, after limit: Double, since begun: Double
  ) -> Outcome {
    worker.askToStop()
    let deadline = ProcessInfo.processInfo.systemUptime + Self.graceAtLimit
    while true {
      switch worker.next(until: deadline) {
      case .reply: continue
      case .ending(let ending):
        state.withLock { $0.process = nil }
        return Outcome(
          news: .lost(
            WorkerLoss(.timeLimit(limit), lastWords: worker.lastWords, use: ending.use)))
      case .end, .timeout:
        var outcome = lose(worker, since: begun)
        if case .lost(var loss) = outcome.news, loss.cause != .cancelled {
          loss.cause = .timeLimit(limit)
          outcome.news = .lost(loss)
        }
        return outcome
      }
    }
  }

  /// The loss of an assignment whose worker is still there.
  private func loss(_ ending: WorkerEnding, _ worker: WorkerProcess) -> WorkerLoss {
    let words = worker.lastWords
    let cause: WorkerLoss.Cause =
      if ending.signal != 0 {
        .signal(ending.signal)
      } else if ending.status == WorkerEnding.notStarted {
        .notStarted(words.last ?? "the worker could not begin")
      } else {
        .exit(ending.status)
      }
    return WorkerLoss(cause, lastWords: words, use: ending.use)
  }

  /// Ends the worker with all that it started; the assignment is lost.
  private func lose(_ worker: WorkerProcess, since begun: Double) -> Outcome {
    let isCancelled = state.withLock { state in
      state.process = nil
      return state.isCancelled || state.isShutDown
    }
    // A worker that is gone by itself told so by closing its descriptors, and killing it changes
    // nothing; one that talks nonsense, or is stopped, has to go.
    var (cause, use) = worker.end(kill: true)
    use.wallSeconds = ProcessInfo.processInfo.systemUptime - begun
    let words = worker.lastWords
    if isCancelled {
      cause = .cancelled
    } else if cause == .exit(WorkerEnding.notStarted) {
      cause = .notStarted(words.last ?? "the worker could not begin")
    }
    return Outcome(
      news: .lost(WorkerLoss(cause, lastWords: words, use: use)), isWorkerGone: true)
  }

  private func encode(_ order: WorkerOrder) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(order)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func decode(_ line: String) -> WorkerReply? {
    try? JSONDecoder().decode(WorkerReply.self, from: Data(line.utf8))
  }
}

/// The replies to one request: which are still to come, and which is held back as the last.
private struct Conversation {
  private let request: WorkerRequest
  private var expected: Int
  private var news: WorkerReply?
  /// The reply that ends the assignment, once it is there.
  private(set) var last: WorkerReply?

  init(_ request: WorkerRequest) {
    self.request = request
    expected = if case .probe(let probe) = request { probe.paths.count } else { 1 }
  }

  /// Takes in a reply; false when it is none to this request.
  mutating func hear(_ reply: WorkerReply) -> Bool {
    news = nil
    switch (request, reply) {
    case (.restore, .progress), (.restore, .stepFinished): news = reply
    case (.probe, .probed), (.restore, .restored), (.restore, .refused), (.trial, .tried),
      (.compare, .compared), (.unpack, .unpacked), (.unpack, .refused):
      guard expected > 0 else { return false }
      expected -= 1
      if expected == 0 { last = reply } else { news = reply }
    default: return false
    }
    return true
  }

  /// What is to be passed on now.
  mutating func takeNews() -> WorkerReply? {
    defer { news = nil }
    return news
  }
}
