import Disk
import Foundation
import Recipes
import ScanModel
public import Spool
import Synchronization
import SystemPackage
import Worker

/// Workers that read and write `PaperScan`s on a disk in memory.
///
/// A note in a scan says how its worker fares: `crash` ends every worker, `crash-once` the first,
/// `refuse` has it refused, `defer` has its surroundings fail once, `slow` never ends by itself.
public final class FakeExecutor: Executor {
  private struct State {
    var open: [Assignment] = []
    var isProbing = false
    var jobsAtWork = 0
    var seen: [String: Int] = [:]
    var restored: [String] = []
    var probed: [String] = []
    var cancelled: Set<String> = []
    var cannotStart = false
    var hurried: Set<String> = []
    var isSlowOver = false
  }

  private let disk: MemoryFileSystem
  private let lanes: Int
  private let state = Mutex(State())

  /// Creates workers on a disk.
  public init(_ disk: MemoryFileSystem, lanes: Int = 2) {
    self.disk = disk
    self.lanes = lanes
  }

  /// Names of the jobs whose results were made, in order.
  public var restored: [String] { state.withLock { $0.restored } }

  /// Paths of the files that were looked at, in order.
  public var probed: [String] { state.withLock { $0.probed } }

  /// Whether no worker can be started.
  public func refuseToStart(_ cannotStart: Bool) {
    state.withLock { $0.cannotStart = cannotStart }
  }

  /// Lets the slow worker of a job come to its end.
  public func finish(_ job: String) { state.withLock { _ = $0.hurried.insert(job) } }
  /// Has the slow ones come to an end after all.
  public func finishSlow() { state.withLock { $0.isSlowOver = true } }

  /// All workers die, as they do with their daemon.
  public func die() {
    state.withLock { state in
      state.open = []
      state.isProbing = false
      state.jobsAtWork = 0
    }
  }

  /// How many probes may be started now.
  public var freeProbes: Int { state.withLock { $0.isProbing ? 0 : 1 } }

  /// How many jobs may be started now.
  public var freeJobs: Int { state.withLock { max(0, lanes - $0.jobsAtWork) } }

  /// Notes an assignment; it is done when its news is taken.
  public func start(_ assignment: Assignment) {
    state.withLock { state in
      state.open.append(assignment)
      switch assignment.request {
      case .probe, .compare: state.isProbing = true
      case .unpack(let request) where request.isPartial: state.isProbing = true
      case .restore, .unpack: state.jobsAtWork += 1
      case .trial: break
      }
    }
  }

  /// Ends an assignment.
  public func cancel(_ id: String) { state.withLock { _ = $0.cancelled.insert(id) } }

  /// Does the open work, and tells of it.
  public func takeNews() -> [WorkerNews] {
    let open = state.withLock { state in
      defer { state.open = [] }
      return state.open
    }
    return open.flatMap(news)
  }

  /// Ends all workers.
  public func shutDown() {}

  private func news(of assignment: Assignment) -> [WorkerNews] {
    let (cannotStart, isCancelled) = state.withLock {
      ($0.cannotStart, $0.cancelled.remove(assignment.id) != nil)
    }
    func lost(_ cause: WorkerLoss.Cause) -> WorkerNews {
      WorkerNews(
        of: assignment,
        kind: .lost(
          WorkerLoss(
            cause, lastWords: ["last words"],
            use: ResourceUse(cpuSeconds: 1.5, peakMemoryBytes: 4096, wallSeconds: 2))))
    }
    switch assignment.request {
    case .probe(let request):
      state.withLock { $0.isProbing = false }
      if cannotStart { return [lost(.notStarted("no process is to be had"))] }
      if isCancelled { return [lost(.cancelled)] }
      return probe(request, lost: lost, of: assignment)
    case .compare(let request):
      state.withLock { $0.isProbing = false }
      if cannotStart { return [lost(.notStarted("no process is to be had"))] }
      if isCancelled { return [lost(.cancelled)] }
      guard let difference = compare(request) else { return [lost(.signal(11))] }
      return [WorkerNews(of: assignment, kind: .reply(.compared(difference)))]
    case .restore(let request):
      let (isHurried, isSlowOver) = state.withLock {
        ($0.hurried.contains(assignment.id), $0.isSlowOver)
      }
      if isSlow(request), !isCancelled, !isHurried, !isSlowOver {
        state.withLock { $0.open.append(assignment) }
        return []
      }
      state.withLock { $0.jobsAtWork -= 1 }
      if cannotStart { return [lost(.notStarted("no process is to be had"))] }
      if isCancelled { return [lost(.cancelled)] }
      guard let reply = restore(request) else { return [lost(.signal(11))] }
      return [WorkerNews(of: assignment, kind: .reply(reply))]
    case .unpack(let request):
      state.withLock { state in
        if request.isPartial { state.isProbing = false } else { state.jobsAtWork -= 1 }
      }
      if cannotStart { return [lost(.notStarted("no process is to be had"))] }
      if isCancelled { return [lost(.cancelled)] }
      guard let reply = unpack(request) else { return [lost(.signal(11))] }
      return [WorkerNews(of: assignment, kind: .reply(reply))]
    case .trial: return [lost(.notStarted("there is no jail in memory"))]
    }
  }

  private func probe(
    _ request: ProbeRequest, lost: (WorkerLoss.Cause) -> WorkerNews, of assignment: Assignment
  ) -> [WorkerNews] {
    var news: [WorkerNews] = []
    for path in request.paths {
      state.withLock { $0.probed.append(path) }
      guard let bytes = disk.peek(FilePath(encoded: path)) else {
        news.append(WorkerNews(of: assignment, kind: .reply(.probed(.incomplete("it is gone")))))
        continue
      }
      if PaperScan(bytes)?.words["note"] == "crash-probe" { return news + [lost(.signal(6))] }
      news.append(WorkerNews(of: assignment, kind: .reply(.probed(PaperScan.verdict(bytes)))))
    }
    return news
  }

  /// How two scans differ, word by word; nil when the worker ends over them.
  private func compare(_ request: CompareRequest) -> InstanceDifference? {
    func words(_ path: String) -> [String: String] {
      disk.peek(FilePath(encoded: path)).flatMap(PaperScan.init)?.words ?? [:]
    }
    let (later, earlier) = (words(request.later), words(request.earlier))
    if later["note"] == "crash-compare" { return nil }
    let keys = Set(later.keys).union(earlier.keys).filter { later[$0] != earlier[$0] }
    return InstanceDifference(
      attributes: keys.sorted().map { key in
        InstanceDifference.Attribute(
          tag: key, keyword: key, vr: "LO",
          change: earlier[key] == nil ? .added : later[key] == nil ? .removed : .changed,
          earlierLength: earlier[key]?.utf8.count, laterLength: later[key]?.utf8.count)
      }, unlisted: 0, pixels: later["pixels"] == earlier["pixels"] ? .same : .differ)
  }

  /// A worker's reply; nil when it ended by a signal.
  private func unpack(_ request: UnpackRequest) -> WorkerReply? {
    let attempt = state.withLock { state in
      state.seen[request.path, default: 0] += 1
      return state.seen[request.path] ?? 0
    }
    guard let bytes = disk.peek(FilePath(encoded: request.path)), let scan = PaperScan(bytes) else {
      return .refused(RestoreRefusal(.deferJob, "the archive is gone"))
    }
    let members = scan.members.filter { request.members?.contains($0.key) ?? true }
    let place = FilePath(request.output)
    let size = members.values.reduce(0) { $0 + $1.count }
    guard disk.room(at: place) >= size else {
      return .refused(RestoreRefusal(.deferJob, "there is no space left"))
    }
    for (number, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
      disk.put(member.value, at: place.pushing(FilePath(member.key)))
      switch scan.words["note"] {
      case "crash" where number == 1: return nil
      case "crash-once" where number == 1 && attempt == 1: return nil
      case "refuse" where number == 1:
        return .refused(RestoreRefusal(.quarantine, "a member leads out of the archive"))
      default: break
      }
    }
    return .unpacked(ArchiveFacts(files: members.count, bytes: size))
  }

  private func isSlow(_ request: RestoreRequest) -> Bool {
    request.sources.contains {
      disk.peek(FilePath($0.path)).flatMap(PaperScan.init)?.words["note"] == "slow"
    }
  }

  /// A worker's reply; nil when it ended by a signal.
  private func restore(_ request: RestoreRequest) -> WorkerReply? {
    let attempt = state.withLock { state in
      state.seen[request.job, default: 0] += 1
      return state.seen[request.job] ?? 0
    }
    var files: [String] = []
    for source in request.sources {
      guard let bytes = disk.peek(FilePath(source.path)), let scan = PaperScan(bytes) else {
        return .refused(RestoreRefusal(.deferJob, "a source is gone"))
      }
      switch scan.words["note"] {
      case "crash": return nil
      case "crash-once" where attempt == 1: return nil
      case "refuse": return .refused(RestoreRefusal(.quarantine, "its pixels are broken"))
      case "skip-late": return .refused(RestoreRefusal(.skip, "it is too small"))
      case "defer" where attempt == 1: return .refused(RestoreRefusal(.deferJob, "no space"))
      default: break
      }
      let name = source.name.replacing("/", with: "_") + ".restored"
      let place = FilePath(request.output).appending(name)
      let result = Self.result(
        of: bytes, recipeHash: request.recipe.sha256(for: request.modality),
        version: request.version, revision: request.revision?.number ?? 1)
      guard disk.room(at: place) >= result.count else {
        return .refused(RestoreRefusal(.deferJob, "there is no space left"))
      }
      disk.put(result, at: place)
      files.append(name)
    }
    state.withLock { $0.restored.append(request.job) }
    return .restored(summary(files))
  }

  /// What becomes of a source: its words after a UID that is the same for the same source, recipe
  /// version and revision, as in a derived object; with `out` as many bytes as that says.
  public static func result(
    of bytes: [UInt8], recipeHash: String, version: String, revision: Int = 1
  ) -> [UInt8] {
    let more = revision > 1 ? ["revision \(revision)"] : []
    let identity = hexadecimal(
      bytes + ([recipeHash, version] + more).flatMap { Array($0.utf8) })
    let result = Array("restored as \(identity) ".utf8) + bytes
    let length = PaperScan(bytes)?.words["out"].flatMap(Int.init) ?? 0
    return [UInt8](repeating: 32, count: max(0, length - result.count)) + result
  }

  private func summary(_ files: [String]) -> RestoreSummary {
    RestoreSummary(
      shape: [4, 4, files.count], spacing: [1, 1, 1], dtype: "int16", steps: [],
      result: Report.Result(
        files: files, series: nil, shape: [4, 4, files.count], dtype: "int16", clippedVoxels: 0),
      quality: Report.QualityNote(before: nil, after: nil, change: nil), readSeconds: 0,
      computeSeconds: 0, writeSeconds: 0, peakMemoryBytes: 1, warnings: [])
  }
}
