import ArgumentParser
import Configuration
import Disk
import Foundation
import InboxWatch
import Spool
import SystemPackage

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look for what would keep the daemon from working well, and say how to mend it.")

  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let settings = try configuration.load()
    let findings = DoctorRounds(settings).findings()
    for finding in findings {
      if json { try Console.printLine(finding) } else { print(finding.text) }
    }
    if findings.contains(where: { $0.severity == .problem }) { throw ExitStatus.badInput.code }
  }
}

/// One thing that was looked at.
struct Finding: Encodable {
  enum Severity: String, Encodable {
    case good
    case note
    case problem
  }

  var severity: Severity
  var subject: String
  var detail: String

  var text: String {
    let mark = severity == .good ? "ok     " : severity == .note ? "note   " : "problem"
    return "\(mark)  \(subject): \(detail)"
  }
}

/// Tries what the daemon relies on.
struct DoctorRounds {
  private let settings: Settings
  private let disk = RealFileSystem()

  init(_ settings: Settings) { self.settings = settings }

  func findings() -> [Finding] {
    var findings = [look(atFolder: settings.state, as: "state folder")] + lookAtLedger(settings)
    for inbox in settings.inboxes {
      findings.append(look(atFolder: inbox.path, as: "inbox \(inbox.name)"))
      findings.append(look(atFolder: inbox.outbox, as: "outbox of \(inbox.name)"))
      findings.append(lookAtWatching(inbox))
      findings.append(lookAtDevices(inbox))
    }
    return findings + lookAtJail() + [lookAtLevel()]
  }

  /// Whether a folder is there, may be written, and renames without replacing.
  private func look(atFolder path: String, as subject: String) -> Finding {
    let folder = FilePath(path)
    let probe = folder.appending(".restorad-doctor")
    let moved = folder.appending(".restorad-doctor-moved")
    do {
      guard try disk.exists(folder) else {
        return Finding(
          severity: .note, subject: subject, detail: "\(path) is not there; the daemon makes it")
      }
      try disk.write([1], to: probe)
      try disk.write([2], to: moved)
      var replaces = true
      do { try disk.move(probe, to: moved) } catch { replaces = false }
      try disk.remove(probe)
      try disk.remove(moved)
      let free = try disk.freeSpace(at: folder) >> 20
      return replaces
        ? Finding(
          severity: .problem, subject: subject,
          detail: "\(path) lies on a file system that renames over files")
        : Finding(severity: .good, subject: subject, detail: "\(path), \(free) MiB free")
    } catch {
      return Finding(severity: .problem, subject: subject, detail: "\(path): \(error)")
    }
  }

  private func lookAtWatching(_ inbox: Inbox) -> Finding {
    let subject = "watch of \(inbox.name)"
    let root = FilePath(inbox.path)
    if case .network(let name)? = try? disk.kind(at: root) {
      return Finding(
        severity: .note, subject: subject,
        detail: "it lies on \(name) and is polled every \(Int(inbox.poll.seconds)) s")
    }
    do throws(ChangeEvents.Refusal) {
      try ChangeEvents().watch([root])
      return Finding(severity: .good, subject: subject, detail: "change events are to be had")
    } catch {
      let cause =
        switch error {
        case .limitReached(let sysctl): "raise \(sysctl)"
        case .failed(let code): code.description
        }
      return Finding(
        severity: .note, subject: subject, detail: "no change events (\(cause)); it is polled")
    }
  }

  /// Whether claims and publishing are renames or verified copies.
  private func lookAtDevices(_ inbox: Inbox) -> Finding {
    func device(_ path: String) -> UInt64? { try? disk.status(of: FilePath(path))?.device }
    let state = device(settings.state)
    let isOne = state == device(inbox.path) && state == device(inbox.outbox)
    return Finding(
      severity: isOne ? .good : .note, subject: "file systems of \(inbox.name)",
      detail: isOne
        ? "one for inbox, state and outbox: files are renamed, never copied"
        : "several for inbox, state and outbox: files are copied, read back, then removed")
  }
}
