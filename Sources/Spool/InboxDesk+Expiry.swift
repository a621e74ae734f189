import Disk
import ScanModel
import SystemPackage

/// What was waited for in vain.
extension InboxDesk {
  /// Some of the files that are no scans, and of those that were waited for in vain, with the
  /// reason.
  mutating func expired(at now: Double, limit: Int = 256) -> [(path: FilePath, reason: String)] {
    var found = rejected.paths.prefix(limit).compactMap { path -> (FilePath, String)? in
      guard case .rejected(let reason)? = entries[path]?.note else { return nil }
      return (path, reason)
    }
    guard now >= nextExpiry else { return found }
    nextExpiry = .infinity
    let candidates = Array(awaited.paths) + companions + volumes.paths.filter(ScanName.isHeader)
    for path in candidates {
      guard let entry = entries[path] else { continue }
      let due = entry.since + patience.incomplete
      if now < due || found.count >= limit {
        nextExpiry = min(nextExpiry, due)
      } else if let reason = reasonToGiveUp(path, entry.note) {
        found.append((path, reason))
      }
    }
    // What cannot be set aside now is asked after again.
    if !found.isEmpty { nextExpiry = min(nextExpiry, found.count >= limit ? now : now + 1) }
    return found
  }

  private func reasonToGiveUp(_ path: FilePath, _ note: Note) -> String? {
    switch note {
    case .incomplete(let reason): "nothing more came: \(reason)"
    case .companion where !hasOwner(path):
      "nothing more came: it accompanies a scan that never came"
    case .whole(let facts) where facts.format == .nifti && lacksVoxels(path):
      "the voxels of its pair went to another header of the same name"
    default: nil
    }
  }

  private func lacksVoxels(_ path: FilePath) -> Bool {
    ScanName.isHeader(path)
      && !(families[ScanName.stem(path)] ?? []).contains(where: ScanName.isVoxels)
  }

  /// Whether a file is there, or still being looked at, that another one may belong to.
  private func hasOwner(_ companion: FilePath) -> Bool {
    (families[ScanName.stem(companion)] ?? []).contains { !ScanName.isCompanion($0) }
  }
}
