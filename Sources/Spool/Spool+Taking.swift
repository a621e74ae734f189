import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import ScanModel
import SystemPackage
import Worker

extension Spool {
  /// Takes every scan that is whole.
  func takeScans() throws {
    let began = clock.monotonic
    hasMoreToTake = false
    if isPaused { return }
    var survey: SpaceSurvey?
    for inbox in inboxesAtWork where !unavailable.contains(inbox.name) {
      for scan in desks[inbox.name]?.arrived(at: began) ?? []
      where !isPaused && hasTime(since: began) {
        // What cannot be taken now must not stand in the way of what can.
        defer { desks[inbox.name]?.letRest(scan, until: began + 1) }
        if try reopenHeld(series: scan.series, in: inbox) { continue }
        var room = try survey ?? surveySpace()
        for part in scan.sorted() where !isPaused { try take(part, from: inbox, &room) }
        survey = room
      }
    }
    forgetRecollections()
    tidyRecalled()
  }

  private func take(
    _ scan: ArrivedScan, from inbox: Inbox, _ room: inout SpaceSurvey
  ) throws {
    let lateness = try lateness(of: scan, in: inbox)
    if case .unknown = lateness { return }
    var whole = scan
    var recalled = 0
    if case .revision(let revision) = lateness {
      whole = revision.whole(with: scan)
      recalled = revision.bytes
    }
    switch admit(whole, from: inbox, &room, recalled: recalled) {
    case .granted(let bytes): try take(scan, lateness, from: inbox, outputBytes: bytes)
    case .later: break
    case .never(let figures):
      guard let (job, _) = try bringIn(scan, from: inbox) else { return }
      try hold(job, reason: figures)
    }
  }

  /// Takes one file that is no scan, or that was waited for in vain, into quarantine.
  func setAside(
    _ path: FilePath, of name: String, reason: String, detail: [String: JSONValue] = [:]
  ) throws {
    if let member = folders.member(path) {
      return reject(member: path, of: member.job, inbox: name, reason: reason)
    }
    guard let inbox = inbox(named: name),
      let status = desks[name]?.entries[path]?.status
    else { return }
    let member = ArrivedScan.Member(path: path, status: status, facts: nil)
    let scan = ArrivedScan(members: [member], evidence: "", assembly: nil)
    var survey = try surveySpace()
    guard case .granted = admit(scan, from: inbox, &survey, isRestored: false) else { return }
    guard let (job, _) = try bringIn(scan, from: inbox) else { return }
    try fail(job, .fileQuarantined, reason: reason, detail: detail)
  }

  private func take(
    _ scan: ArrivedScan, _ lateness: Lateness, from inbox: Inbox, outputBytes: Int
  ) throws {
    guard let (job, files) = try bringIn(scan, from: inbox, outputBytes: outputBytes) else {
      return
    }
    if scan.format == .dicom {
      try chronicle.note(
        job, .seriesComplete, .info, "the series is together: \(scan.evidence)",
        ["files": .integer(files.count)])
    }
    switch lateness {
    case .revision(let revision): try revise(job, scan, files, revision, inbox)
    case .alone(let obstacle): try decide(job, scan, files, inbox, obstacle: obstacle)
    case .unknown: break
    }
  }

  /// Late files of a series that is held for being incomplete join it: its files go back into the
  /// inbox, and the whole is assembled anew.
  private func reopenHeld(series: String, in inbox: Inbox) throws -> Bool {
    // What went back into an inbox that is no longer configured would stay there.
    guard !series.isEmpty, !retired.contains(inbox) else { return false }
    let held = try ledger.read { try $0.jobs(series: series, in: [.held]) }
    let mine = held.first { $0.inbox == inbox.name && !$0.reason.hasPrefix(Self.byPerson) }
    guard let mine else { return false }
    let paths = try ledger.read { try $0.files(of: mine.id) }.compactMap { file in
      deskPath(of: FilePath(encoded: file.source), in: inbox)
    }
    desks[inbox.name]?.wait(for: Set(paths), of: series, at: clock.monotonic)
    return try putBack(mine, why: "more files of its series came")
  }
}
