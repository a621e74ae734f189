import Disk
import ScanModel
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Worker

/// Workers whose every word the test says itself, also long after they were given up.
final class HandExecutor: Executor {
  private struct State {
    var started: [Assignment] = []
    var news: [WorkerNews] = []
    var busy: Set<String> = []
  }

  private let lanes: Int
  private let state = Mutex(State())

  init(lanes: Int) { self.lanes = lanes }

  var freeProbes: Int { state.withLock { 2 - $0.busy.count { $0.hasPrefix("probe-") } } }
  var freeJobs: Int { state.withLock { lanes - $0.busy.count { !$0.hasPrefix("probe-") } } }

  func start(_ assignment: Assignment) {
    state.withLock { state in
      state.started.append(assignment)
      state.busy.insert(assignment.id)
    }
  }

  func cancel(_ id: String) {}

  func takeNews() -> [WorkerNews] {
    state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }

  func shutDown() {}

  /// Everything that was ever started, in order.
  var started: [Assignment] { state.withLock { $0.started } }
  var jobs: [Assignment] { started.filter { !$0.id.hasPrefix("probe-") } }
  var probes: [Assignment] { started.filter { $0.id.hasPrefix("probe-") } }

  func say(_ kind: WorkerNews.Kind, of assignment: Assignment, isLast: Bool = true) {
    state.withLock { state in
      state.news.append(WorkerNews(of: assignment, kind: kind))
      if isLast { state.busy.remove(assignment.id) }
    }
  }

  /// Says of every file of a probe what it is.
  func answer(_ probe: Assignment, on disk: MemoryFileSystem) {
    guard case .probe(let request) = probe.request else { return }
    for (number, path) in request.paths.enumerated() {
      let verdict = PaperScan.verdict(disk.peek(.init(encoded: path)) ?? [])
      say(.reply(.probed(verdict)), of: probe, isLast: number == request.paths.count - 1)
    }
  }
}

extension Assignment {
  /// Where a job's result goes.
  var output: String {
    if case .restore(let request) = request { request.output } else { "" }
  }

  /// The names of the files that are to be looked at.
  var probed: [String] {
    guard case .probe(let request) = request else { return [] }
    return request.paths.map { String($0.split(separator: "/").last ?? "") }
  }

  /// The names of the files that are to be restored.
  var restored: [String] {
    if case .restore(let request) = request { request.sources.map(\.name) } else { [] }
  }
}
