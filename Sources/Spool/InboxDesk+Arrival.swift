import Disk
import ScanModel
import SystemPackage

extension InboxDesk {
  /// Some of the scans that are whole now.
  mutating func arrived(at now: Double, limit: Int = 64) -> [ArrivedScan] {
    let series = arrivedSeries(at: now, limit: limit)
    return series + arrivedVolumes(at: now, limit: limit - series.count)
  }

  /// Puts off a scan that could not be taken, so that it keeps no other from being taken.
  mutating func letRest(_ scan: ArrivedScan, until moment: Double) {
    guard let first = scan.members.first else { return }
    if scan.format != .dicom {
      if volumes.contains(first.path) { resting[first.path] = moment }
    } else {
      let series = scan.series.isEmpty ? "/" + first.path.encoded : scan.series
      shelves[series]?.restsUntil = moment
    }
  }

  /// Has a series wait until files of it that are on their way back were found whole again.
  mutating func wait(for paths: Set<FilePath>, of series: String, at now: Double) {
    shelves[series]?.awaited = (paths, now + patience.longest)
  }

  // MARK: Series

  private mutating func arrivedSeries(at now: Double, limit: Int) -> [ArrivedScan] {
    var found: [ArrivedScan] = []
    for (series, shelf) in shelves where found.count < limit && now >= shelf.restsUntil {
      if shelf.isAwaitingMore(at: now) { continue }
      let waited = now - shelf.lastJoined
      let isQuiet = waited >= patience.series && isUndisturbed(shelf, waited: waited)
      let isAnnounced = shelf.announced == shelf.members.count
      // What was found lacking is put together again only when its time is up.
      guard isQuiet || isAnnounced, !shelf.isLacking || waited >= patience.lacking else { continue }
      if let scan = scan(of: shelf, waited: waited, isQuiet: isQuiet) {
        found.append(scan)
      } else {
        shelves[series]?.isLacking = true
      }
    }
    return found
  }

  /// Whether nothing in the folders of a series is still being written or looked at.
  private func isUndisturbed(_ shelf: SeriesShelf, waited: Double) -> Bool {
    waited >= patience.longest || shelf.folders.keys.allSatisfy { restless[$0] == nil }
  }

  private func scan(of shelf: SeriesShelf, waited: Double, isQuiet: Bool) -> ArrivedScan? {
    let members = shelf.members.sorted { $0.string < $1.string }.compactMap(member)
    let facts = members.compactMap { $0.facts?.dicom }
    let assembly = SeriesAssembly(of: facts)
    if waited < patience.lacking && lacksFiles(facts) { return nil }
    let announced = facts.compactMap(\.announcedInstances).max()
    if let announced, announced == facts.count, assembly.incompleteness == nil {
      return ArrivedScan(
        members: members, evidence: "all \(announced) announced instances are here",
        assembly: assembly)
    }
    guard isQuiet else { return nil }
    return ArrivedScan(
      members: members,
      evidence: "no file joined its \(facts.count) for \(Int(waited.rounded())) s",
      assembly: assembly)
  }

  /// Whether counts or positions say that files are still to come; copies of an instance count
  /// once, and what is there twice is nothing to wait for.
  private func lacksFiles(_ facts: [DicomFacts]) -> Bool {
    var seen: Set<String> = []
    let distinct = facts.filter { seen.insert($0.sopInstanceUID).inserted }
    return SeriesAssembly(of: distinct).problems.contains { problem in
      switch problem {
      case .gap, .fewerThanAnnounced: true
      case .duplicatePosition, .unevenSpacing: false
      }
    }
  }

  // MARK: Volumes

  private mutating func arrivedVolumes(at now: Double, limit: Int) -> [ArrivedScan] {
    nextVolume = nil
    var found: [ArrivedScan] = []
    var given: Set<FilePath> = []
    for path in volumes.paths {
      if found.count >= limit {
        nextVolume = now
        break
      }
      let family = families[ScanName.stem(path)] ?? []
      let due = max(resting[path] ?? 0, sidecarDue(of: path, family))
      if now < due {
        nextVolume = min(nextVolume ?? due, due)
        continue
      }
      let known = companions(of: path, among: family.filter(ScanName.isCompanion))
      let settled = known.allSatisfy { companion in
        if case .companion? = entries[companion]?.note { true } else { false }
      }
      let free = known.filter { !given.contains($0) }
      guard settled, !ScanName.isHeader(path) || free.contains(where: ScanName.isVoxels),
        let first = member(path)
      else { continue }
      given.formUnion(free)
      found.append(
        ArrivedScan(
          members: [first] + free.compactMap(member), evidence: "the file is whole", assembly: nil))
    }
    return found
  }

  /// Until when a volume is kept for a sidecar that may be on its way: it says what the volume
  /// shows, and whoever copies a folder copies the sidecar too.
  private func sidecarDue(of path: FilePath, _ family: [FilePath]) -> Double {
    guard let entry = entries[path], case .whole(let facts) = entry.note,
      facts.format == .nifti, !family.contains(where: ScanName.isSidecar)
    else { return 0 }
    let isBusy = restless[path.removingLastComponent()] != nil
    let isUnknown = facts.attributes["Modality"] == nil
    return entry.since + max(isBusy ? patience.series : 0, isUnknown ? patience.sidecar : 0)
  }

  /// The files that belong to a NIfTI file by their names: of two files of voxels only the one that
  /// is compressed like the header, where it is there.
  private func companions(of path: FilePath, among all: [FilePath]) -> [FilePath] {
    var voxels: [FilePath] = []
    if ScanName.isHeader(path) {
      voxels = all.filter(ScanName.isVoxels)
      let alike = voxels.filter { ScanName.isCompressed($0) == ScanName.isCompressed(path) }
      if !alike.isEmpty { voxels = alike }
    }
    return voxels + all.filter { !ScanName.isVoxels($0) }.sorted { $0.string < $1.string }
  }

  private func member(_ path: FilePath) -> ArrivedScan.Member? {
    guard let entry = entries[path] else { return nil }
    switch entry.note {
    case .whole(let facts):
      return ArrivedScan.Member(
        path: path, status: entry.status, facts: facts, foundAt: entry.since)
    case .companion:
      return ArrivedScan.Member(path: path, status: entry.status, foundAt: entry.since)
    default: return nil
    }
  }
}
