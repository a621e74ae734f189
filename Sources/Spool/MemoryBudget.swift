import Foundation

/// Who may start beside whom, so that memory lasts.
///
/// Jobs start in the order in which they came, as long as the predictions of all that run fit into
/// the budget together. One that does not fit waits, and smaller ones behind it may pass, but only
/// so many: then nothing starts any more before it has, so that it is never starved. With nothing
/// running every job may start: alone it has all that there is.
struct MemoryBudget: Sendable {
  /// What becomes of a job now.
  enum Verdict: Equatable {
    /// It starts.
    case start
    /// It waits, and those behind it may pass.
    case wait
    /// It waits, and so does everything behind it.
    case waitForAll
  }

  /// So many jobs may pass one that waits for memory.
  static let patience = 16

  /// Bytes for all jobs together, as measured when last none ran.
  private(set) var allowance = Int.max
  /// How often each waiting job was passed.
  private var passed: [String: Int] = [:]

  /// Takes in what there is; only while no job runs, for what jobs hold is no less available.
  mutating func measure(_ machine: MachineMemory) { allowance = machine.allowance }

  /// Judges the next job in the order of the queue.
  ///
  /// - Parameters:
  ///   - job: Its name.
  ///   - bytes: Its prediction.
  ///   - running: The predictions of those that run.
  /// - Returns: What becomes of it.
  func judge(_ job: String, bytes: Int, running: [Int]) -> Verdict {
    if running.isEmpty { return .start }
    var free = allowance
    for bytes in running { free = free > bytes ? free - bytes : 0 }
    if bytes <= free { return .start }
    return passed[job, default: 0] < Self.patience ? .wait : .waitForAll
  }

  /// Notes that a job started, before others that came earlier.
  mutating func noteStart(of job: String, before waiting: [String]) {
    passed[job] = nil
    for other in waiting { passed[other, default: 0] += 1 }
  }

  /// Whether a job was kept waiting before now; notes that it is from now on.
  mutating func noteWaiting(of job: String) -> Bool {
    defer { passed[job] = passed[job, default: 0] }
    return passed[job] != nil
  }

  /// Forgets those that wait no more, however that came.
  mutating func forget(allBut waiting: [String]) {
    let waiting = Set(waiting)
    passed = passed.filter { waiting.contains($0.key) }
  }
}
