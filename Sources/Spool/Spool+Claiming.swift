import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import ScanModel
import SystemPackage

/// From the inbox to the work folder.
extension Spool {
  /// Claims the files of a scan: first the ledger says what is meant, then they move.
  ///
  /// - Returns: The job with the files that came along, their digests known; nil when nothing was
  ///   left to claim.
  func bringIn(
    _ scan: ArrivedScan, from inbox: Inbox, outputBytes: Int = 0
  ) throws -> (JobRecord, [FileRecord])? {
    guard mayTake(scan, from: inbox) else { return nil }
    var job = JobRecord(
      id: try freeName(for: scan, inbox), inbox: inbox.name, state: .waiting,
      format: scan.facts.isEmpty ? "" : scan.format.rawValue,
      modality: scan.modality(assume: inbox.assume), series: scan.series, study: scan.study,
      outbox: FilePath(inbox.outbox).encoded, originals: fate(ofOriginalsIn: scan, inbox),
      version: version, createdAt: clock.now.timeIntervalSince1970)
    job.outputBytes = outputBytes
    let root = FilePath(inbox.path)
    let records = scan.members.map { member in
      FileRecord(
        job: job.id, name: claimedName(folders.member(member.path)?.name ?? member.path),
        source: root.pushing(member.path).encoded,
        status: member.status, sopInstanceUID: member.facts?.dicom?.sopInstanceUID ?? "")
    }
    try ledger.write { try $0.insert(job, files: records) }
    let claimed: [FileRecord]
    let isWhole: Bool
    do {
      try disk.makeFolder(folders.originals(job.id))
      try writeWorkCard(of: job, records)
      let keepsSource = job.originals == "leave"
      claimed = try records.compactMap { try claim($0, keepingSource: keepsSource) }
      isWhole =
        try claimed.count == records.count
        && areUnharmed(claimed, of: scan, from: inbox, keepingSource: keepsSource)
    } catch let error as FileError {
      pause("files could not be claimed: \(error)")
      _ = try putBack(job, why: "its files could not be claimed")
      return nil
    }
    for member in scan.members { desks[inbox.name]?.forget(member.path) }
    // A scan without one of its files is another scan: it is put together anew.
    guard isWhole else {
      _ = try putBack(job, why: "files vanished or changed before they were claimed")
      return nil
    }
    let came = Set(claimed.map(\.name))
    try ledger.write { transaction in
      for file in claimed { try transaction.update(file) }
      for file in records where !came.contains(file.name) { try transaction.delete(file) }
    }
    hasGoneOn = true
    return (job, claimed)
  }

  /// What becomes of a scan's originals: what archives hold themselves is not kept twice.
  private func fate(ofOriginalsIn scan: ArrivedScan, _ inbox: Inbox) -> String {
    let isUnpacked = scan.members.allSatisfy { folders.member($0.path) != nil }
    return isUnpacked ? "unpacked" : inbox.originals.rawValue
  }

  /// Moves one file into the work folder and reads it through; nil when it is no longer what was
  /// found whole.
  private func claim(_ file: FileRecord, keepingSource: Bool) throws -> FileRecord? {
    let source = FilePath(encoded: file.source)
    guard let status = try disk.status(of: source), status == file.status else { return nil }
    let destination = folders.originals(file.job).pushing(FilePath(file.name))
    try disk.makeFolder(destination.removingLastComponent())
    var claimed = file
    if keepingSource {
      claimed.sha256 = try disk.copy(source, to: destination).sha256
      return claimed
    }
    // Another name of the file could still be written to.
    guard try hasOneName(source) else { return try claimByCopy(file, to: destination) }
    do {
      try disk.move(source, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
      return try claimByCopy(file, to: destination)
    }
    guard try isRenamed(file, to: destination) else { return nil }
    claimed.sha256 = try disk.digest(of: destination).sha256
    return claimed
  }

  /// A name for the claimed file: that of the source with bytes that are no UTF-8 written as
  /// `%XX`, and free of what the quarantine folder needs for itself.
  private func claimedName(_ path: FilePath) -> String {
    if path.string == "reason.json" { return "reason.json.original" }
    return path.components.map { ScanName.fitting(FilePath(root: nil, [$0]).encoded) }
      .joined(separator: "/")
  }

  private func freeName(for scan: ArrivedScan, _ inbox: Inbox) throws -> String {
    let modality = scan.modality(assume: inbox.assume)
    while true {
      let name = JobName.make(modality: modality, at: clock.now)
      if try ledger.read({ try $0.job(name) }) == nil { return name }
    }
  }
}
