import Configuration
import EventLog
import Foundation
import JobLedger
import Logging
import Recipes
import ScanModel

extension ScanExtent {
  /// Measures a scan whose files are together; a copy of an instance counts once.
  init(_ scan: ArrivedScan) {
    var seen: Set<String> = []
    let facts = scan.facts.filter { facts in
      guard let uid = facts.dicom?.sopInstanceUID, !uid.isEmpty else { return true }
      return seen.insert(uid).inserted
    }
    let isDicom = scan.assembly != nil
    self.init(
      facts: facts, assembly: isDicom ? SeriesAssembly(of: facts.compactMap(\.dicom)) : nil)
  }
}

extension Spool {
  /// How far behind the head of the queue smaller jobs are looked for.
  static let lookAhead = 64

  // MARK: Prediction

  /// The bytes that a job will need; 0 when its recipe cannot be read.
  func predictedMemory(of scan: ArrivedScan, _ job: JobRecord) -> Int {
    guard let recipe = recipe(of: job) else { return 0 }
    return MemoryPrediction(ScanExtent(scan), cores: machine().cores)
      .bytes(for: recipe, modality: job.modality == "UN" ? nil : job.modality)
  }

  /// Holds a job that can never fit, with the figure; a person may release it all the same.
  ///
  /// - Returns: Whether it is held.
  func holdTooLarge(_ job: JobRecord) throws -> Bool {
    let limit = settings.limits.memory
    let capacity = machine().capacity
    guard job.predictedMemory > min(limit, capacity) else { return false }
    let needed = ByteCount.text(job.predictedMemory)
    let reason =
      job.predictedMemory > limit
      ? "it needs about \(needed) of memory, limits.memory is \(ByteCount.text(limit))"
      : "it needs about \(needed) of memory, and this machine has "
        + "\(ByteCount.text(capacity)) for all jobs"
    try hold(
      job, reason: reason,
      fields: [
        "predicted_memory_bytes": .integer(job.predictedMemory), "limit_bytes": .integer(limit),
        "capacity_bytes": .integer(capacity),
      ])
    return true
  }

  /// What a job's worker may map.
  var addressSpace: Int {
    MachineMemory.addressSpace(for: settings.limits.memory, cores: machine().cores)
  }

  // MARK: Admission

  /// Starts those of the waiting jobs, the oldest first, that memory lasts for.
  func admit(_ waiting: [JobRecord]) throws {
    var held: [JobRecord] = []
    memory.forget(allBut: waiting.map(\.id))
    for job in waiting {
      guard executor.freeJobs > 0, !isPaused else { return }
      if running.isEmpty { memory.measure(machine()) }
      let needs = running.values.map { need(of: $0.record) }
      switch memory.judge(job.id, bytes: need(of: job), running: needs) {
      case .start:
        memory.noteStart(of: job.id, before: held.map(\.id))
        try start(job)
      case .wait:
        try noteWaiting(job)
        held.append(job)
      case .waitForAll: return
      }
    }
  }

  /// What is set aside for a job; one of which nothing is known may take all that a worker may.
  private func need(of job: JobRecord) -> Int {
    job.predictedMemory > 0 ? job.predictedMemory : settings.limits.memory
  }

  /// Says once that a job waits for memory.
  private func noteWaiting(_ job: JobRecord) throws {
    if memory.noteWaiting(of: job.id) { return }
    try chronicle.note(
      job, .jobQueued, .info,
      "it waits until the jobs that run leave it memory: it needs about "
        + ByteCount.text(need(of: job)),
      [
        "predicted_memory_bytes": .integer(need(of: job)),
        "allowance_bytes": .integer(memory.allowance),
      ])
  }
}
