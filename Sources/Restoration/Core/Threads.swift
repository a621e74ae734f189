import Dispatch
import Foundation
import Synchronization

/// On how many threads methods work: one a core, unless another number is set.
///
/// No result depends on it. Another number than the machine's is for the tests that show so.
package enum Threads {
  private static let fixed = Atomic<Int>(0)
  private static let cores = ProcessInfo.processInfo.activeProcessorCount

  /// Sets the number for all methods of this process; 0 means one a core.
  package static func use(_ count: Int) { fixed.store(max(0, count), ordering: .relaxed) }

  /// Runs a body once for each index, and waits.
  static func perform(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let threads = min(fixed.load(ordering: .relaxed), count)
    let order = ScatteredOrder(of: count, runs: threads > 0 ? threads : cores)
    guard threads > 0 else {
      return DispatchQueue.concurrentPerform(iterations: count) { body(order[$0]) }
    }
    let next = Atomic<Int>(0)
    let group = DispatchGroup()
    // All of them end before this function does.
    withoutActuallyEscaping(body) { body in
      for thread in 0..<threads {
        // A queue of its own each: the shared ones have no more threads than there are cores.
        DispatchQueue(label: "restorad.thread.\(thread)").async(group: group) {
          while true {
            let turn = next.add(1, ordering: .relaxed).oldValue
            guard turn < count else { return }
            body(order[turn])
          }
        }
      }
      group.wait()
    }
  }
}
