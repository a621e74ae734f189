import Disk
import ScanModel
import SystemPackage

/// The one place where notes change: what lists and counts hold follows from them.
extension InboxDesk {
  mutating func set(_ note: Note, for path: FilePath) {
    guard let old = entries[path] else { return }
    unlist(path, old.note)
    entries[path]?.note = note
    let folder = path.removingLastComponent()
    switch note {
    case .settling, .probing: break
    case .toProbe(losses: 0): unseen.append(path)
    case .toProbe: suspects.append(path)
    case .waiting(let obstacle):
      if case .writer = obstacle { beingWritten.append(path) }
      awaited.append(path)
    case .incomplete: awaited.append(path)
    case .whole(let facts): if facts.format != .dicom { volumes.append(path) }
    case .companion: companions.insert(path)
    case .rejected: rejected.append(path)
    case .passedOver: break
    }
    if isRestless(note) { restless[folder, default: 0] += 1 }
    if isOpen(note) {
      openCount += 1
      if !isOpen(old.note), let stem = ScanName.familyStem(path) {
        families[stem, default: []].append(path)
      }
    } else if isOpen(old.note), let stem = ScanName.familyStem(path) {
      families[stem]?.removeAll { $0 == path }
      if families[stem]?.isEmpty == true { families[stem] = nil }
      // Who belonged to it may now belong to nobody.
      nextExpiry = 0
    }
    nextExpiry = min(nextExpiry, old.since + patience.incomplete)
  }

  private mutating func unlist(_ path: FilePath, _ note: Note) {
    let folder = path.removingLastComponent()
    outdated.remove(path)
    switch note {
    case .settling, .probing, .passedOver: break
    case .toProbe:
      unseen.remove(path)
      suspects.remove(path)
    case .waiting, .incomplete:
      awaited.remove(path)
      beingWritten.remove(path)
    case .whole(let facts):
      volumes.remove(path)
      resting[path] = nil
      if let series = seriesKey(of: facts, at: path) {
        shelves[series]?.remove(path)
        if shelves[series]?.members.isEmpty == true { shelves[series] = nil }
      }
    case .companion: companions.remove(path)
    case .rejected: rejected.remove(path)
    }
    if isRestless(note) {
      let rest = (restless[folder] ?? 1) - 1
      restless[folder] = rest > 0 ? rest : nil
    }
    if isOpen(note) { openCount -= 1 }
  }

  /// Whether a series in the folder of such a file may still grow.
  private func isRestless(_ note: Note) -> Bool {
    switch note {
    case .settling, .toProbe, .probing, .incomplete, .waiting: true
    case .whole, .companion, .passedOver, .rejected: false
    }
  }

  private func isOpen(_ note: Note) -> Bool {
    if case .passedOver = note { false } else { true }
  }

  /// What the files of one series share; one that names no series has nothing in common with others
  /// that name none.
  func seriesKey(of facts: FileFacts, at path: FilePath) -> String? {
    guard let series = facts.dicom?.seriesInstanceUID else { return nil }
    return series.isEmpty ? "/" + path.encoded : series
  }
}
