import Foundation
import Glibc
import Synchronization
import Worker

/// A thread that serves one worker process after another with one assignment at a time.
final class WorkerLane: Sendable {
  private struct State {
    var assignment: Assignment?
    var process: pid_t?
    var isCancelled = false
    var isShutDown = false
  }

  /// A worker is replaced after so many assignments, lest what leaks piles up.
  private static let assignmentsPerWorker = 300

  private let executable: String
  private let mailbox: Mailbox
  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)

  init(executable: String, mailbox: Mailbox) {
    self.executable = executable
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
      return true
    }
    if isTaken { signal.signal() }
    return isTaken
  }

  func cancel(_ id: String) {
    state.withLock { state in
      guard state.assignment?.id == id else { return }
      state.isCancelled = true
      if let process = state.process { _ = kill(process, SIGKILL) }
    }
  }

  func shutDown() {
    state.withLock { state in
      state.isShutDown = true
      if state.assignment != nil, let process = state.process { _ = kill(process, SIGKILL) }
    }
    signal.signal()
  }

  // MARK: The thread

  private func serve() {
    var worker: WorkerProcess?
    var served = 0
    while true {
      signal.wait()
      guard let assignment = state.withLock({ $0.isShutDown ? nil : $0.assignment }) else { break }
      if worker == nil {
        served = 0
        do {
          worker = try WorkerProcess(
            executable: executable,
            arguments: ["worker", "--memory", String(assignment.memoryLimit)])
        } catch {
          finish(assignment, WorkerLoss(.notStarted("\(error)")))
          continue
        }
      }
      guard let running = worker else { continue }
      state.withLock { $0.process = running.process }
      let loss = attend(assignment, running)
      state.withLock { $0.process = nil }
      served += 1
      if loss != nil {
        worker = nil
      } else if served >= Self.assignmentsPerWorker {
        _ = running.end(kill: false)
        worker = nil
      }
      finish(assignment, loss)
    }
    if let worker { _ = worker.end(kill: false) }
  }

  /// Sends the request and passes on what comes back; returns how the worker was lost, if it was.
  private func attend(_ assignment: Assignment, _ worker: WorkerProcess) -> WorkerLoss? {
    let deadline = ProcessInfo.processInfo.systemUptime + assignment.timeLimit
    guard let line = encode(assignment.request), worker.send(line) else {
      return loss(of: worker, kill: true)
    }
    var expected = 1
    if case .probe(let probe) = assignment.request { expected = probe.paths.count }
    while expected > 0 {
      switch worker.readLine(until: deadline) {
      case .timeout:
        _ = worker.end(kill: true)
        return WorkerLoss(.timeLimit(assignment.timeLimit), lastWords: worker.lastWords)
      case .end: return loss(of: worker, kill: false)
      case .text(let text):
        guard let reply = decode(text) else { return loss(of: worker, kill: true) }
        switch reply {
        case .probed, .restored, .refused: expected -= 1
        case .progress, .stepFinished: break
        }
        // The last reply is posted by `finish`, when the lane is free again.
        if expected > 0 {
          mailbox.post(WorkerNews(id: assignment.id, kind: .reply(reply)))
        } else {
          lastReply.withLock { $0 = reply }
        }
      }
    }
    return nil
  }

  private let lastReply = Mutex<WorkerReply?>(nil)

  private func loss(of worker: WorkerProcess, kill: Bool) -> WorkerLoss {
    let cause = worker.end(kill: kill)
    let isCancelled = state.withLock { $0.isCancelled || $0.isShutDown }
    return WorkerLoss(isCancelled ? .cancelled : cause, lastWords: worker.lastWords)
  }

  private func finish(_ assignment: Assignment, _ loss: WorkerLoss?) {
    state.withLock { $0.assignment = nil }
    let reply = lastReply.withLock { reply in
      defer { reply = nil }
      return reply
    }
    if let loss {
      mailbox.post(WorkerNews(id: assignment.id, kind: .lost(loss)))
    } else if let reply {
      mailbox.post(WorkerNews(id: assignment.id, kind: .reply(reply)))
    }
  }

  private func encode(_ request: WorkerRequest) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(request)).map { String(decoding: $0, as: UTF8.self) }
  }

  private func decode(_ line: String) -> WorkerReply? {
    try? JSONDecoder().decode(WorkerReply.self, from: Data(line.utf8))
  }
}
