import Disk
import EventLog
import Foundation
import JobLedger
import SystemPackage

extension Spool {
  /// Does what people asked for through the command line.
  func obeyRequests() throws {
    if isPaused { return }
    let requests = try ledger.read { try $0.pendingRequests() }
    for request in requests {
      do {
        try obey(request)
      } catch let error as FileError {
        return pause("a request has to wait: \(error)")
      }
      // Only now: a power cut before this line repeats the request, which does no harm.
      try ledger.write { try $0.remove(request) }
    }
  }

  private func obey(_ request: RequestRow) throws {
    guard let job = try ledger.read({ try $0.job(request.job) }) else { return }
    switch request.verb {
    case .retry: try retry(job)
    case .hold: try holdByRequest(job)
    case .release: try release(job)
    }
  }

  /// Tries a failed or deferred job again with all its attempts before it.
  private func retry(_ job: JobRecord) throws {
    var job = job
    switch job.state {
    case .deferred:
      job.attempts = 0
      try queue(job)
    case .failed:
      let originals = folders.originals(job.id)
      let quarantined = folders.quarantine(job.id)
      // What a person has begun to remove is not brought back in parts.
      if try ledger.read({ try $0.removal(of: job.id) }) != nil { return }
      if try disk.exists(quarantined) {
        try disk.makeFolder(folders.work(job.id))
        try writeWorkCard(of: job, try ledger.read { try $0.files(of: job.id) })
        try moveTree(quarantined, to: originals)
      }
      guard try disk.exists(originals) else { return }
      try disk.remove(originals.appending("reason.json"))
      // It is at rest no longer: should the ledger be lost, the card in the work folder counts.
      try disk.remove(folders.restingCard(job.id))
      job.attempts = 0
      job.finishedAt = nil
      if try job.recipe.isEmpty || isOvertaken(job) {
        _ = try putBack(job, why: "a person asked to try again")
      } else {
        try queue(job)
      }
    case .waiting, .queued, .running, .published, .held, .duplicate, .skipped, .unpacked: break
    }
  }

  private func holdByRequest(_ job: JobRecord) throws {
    guard job.state == .queued || job.state == .deferred else { return }
    try hold(job, reason: Self.byPerson)
  }

  /// Lets a held job go on: with its recipe if it has one, else everything is decided anew.
  ///
  /// So it is, too, where another job superseded meanwhile what this one was to supersede.
  private func release(_ job: JobRecord) throws {
    guard job.state == .held else { return }
    if try job.recipe.isEmpty || isOvertaken(job) {
      _ = try putBack(job, why: "a person released it")
    } else {
      try queue(job)
    }
  }
}
