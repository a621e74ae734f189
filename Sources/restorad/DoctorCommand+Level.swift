import Spool
import Synchronization
import Worker

extension DoctorRounds {
  /// Which instructions workers use, and why not better ones.
  func lookAtLevel() -> Finding {
    let refusal = Mutex<String?>(nil)
    let program = WorkerProgram(version: Build.version, commit: Build.commit) { reason in
      refusal.withLock { $0 = reason }
    }
    let level = program.settle()
    let refused = refusal.withLock { $0 }
    let machine = InstructionLevel.machine
    let rest =
      level < machine ? "; this machine runs \(machine), which `make release` builds for" : ""
    return Finding(
      severity: refused == nil ? .good : .note, subject: "level of workers",
      detail: "\(level)" + (refused.map { "; \($0)" } ?? rest))
  }
}
