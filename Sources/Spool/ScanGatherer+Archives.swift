import Disk
import ScanModel
import SystemPackage
import Worker

extension ScanGatherer {
  /// Unpacks the archives that were found, and looks through what was in them.
  func unpack(
    _ gathering: inout Gathering, _ question: ProbeQuestion, into scratch: FilePath
  ) throws {
    let archives = gathering.archives
    gathering.archives = []
    for (number, archive) in archives.enumerated() {
      let name = archive.path.lastComponent.map { FilePath(root: nil, [$0]).encoded } ?? "archive"
      let folder = scratch.appending("\(number)").appending(name)
      try disk.makeFolder(folder)
      if let reason = unpack(archive.path, into: folder, number) {
        gathering.rejected.append((archive.path, reason))
        continue
      }
      let inside = try gatherFiles([folder], question)
      func outside(_ path: FilePath) -> FilePath {
        var below = path
        return below.removePrefix(folder) ? archive.path.pushing(below) : path
      }
      gathering.rejected += inside.rejected.map { (outside($0.path), $0.reason) }
      gathering.rejected += inside.archives.map {
        (outside($0.path), "an archive within an archive is not unpacked")
      }
      gathering.scans += inside.scans.map { scan in
        var scan = scan
        scan.title = outside(FilePath(scan.title)).string
        return scan
      }
      if inside.scans.isEmpty && inside.rejected.isEmpty && inside.archives.isEmpty {
        gathering.rejected.append((archive.path, "the archive holds no scan"))
      }
    }
  }

  /// Has a worker unpack an archive; says why it was not.
  private func unpack(_ archive: FilePath, into folder: FilePath, _ number: Int) -> String? {
    let id = "unpack-\(number)"
    executor.start(
      Assignment(
        id: id, request: .unpack(UnpackRequest(path: archive.encoded, output: folder.string)),
        timeLimit: limits.seconds, memoryLimit: limits.memory))
    while true {
      wait()
      for news in executor.takeNews() where news.id == id {
        switch news.kind {
        case .reply(.unpacked): return nil
        case .reply(.refused(let refusal)): return refusal.reason
        case .reply: break
        case .lost(let loss): return "unpacking it failed: \(loss.description)"
        }
      }
    }
  }
}
