import Configuration
import EventLog
import Foundation
import JobLedger
import Spool
import SystemPackage

/// Whether the ledger is whole, every page and index of it, and whether it was ever lost.
func lookAtLedger(_ settings: Settings) -> [Finding] {
  let path = StateFolders(root: FilePath(settings.state)).ledger.string
  guard FileManager.default.fileExists(atPath: path) else { return [] }
  do throws(LedgerError) {
    let ledger = try JobLedger(path: path)
    try ledger.examineThoroughly()
    // A ledger that was just read through can be asked; if not, there is nothing more to say.
    let rebuilt = try? ledger.read { try $0.lastRebuilding() }
    guard let rebuilt else {
      return [Finding(severity: .good, subject: "ledger", detail: "whole")]
    }
    let time = Timestamp.text(Date(timeIntervalSince1970: rebuilt))
    return [
      Finding(
        severity: .note, subject: "ledger",
        detail: "whole; it was lost and built anew from the folders at \(time)")
    ]
  } catch {
    let advice =
      switch error.code {
      case .damaged: "; the daemon's next start builds a new one from the folders"
      case .newer, .unusable, .outOfReach: ""
      }
    return [
      Finding(severity: .problem, subject: "ledger", detail: "\(path): \(error.reason)\(advice)")
    ]
  }
}
