import Configuration
import Disk
import JobLedger
import Recipes
import SpoolTestSupport
import SystemPackage
import Testing

/// A bit of everything, for the tests that break power and disks at every step.
struct Mixture: Sendable {
  struct File: Sendable {
    var name: String
    var bytes: [UInt8]
    /// What becomes of it.
    var fate: JobState
    /// Of an archive: those of its files that become jobs.
    var members: [File] = []
  }

  let files: [File]

  /// A series, a volume with its sidecar, a duplicate, a letter, and a localizer.
  static let big = Mixture(files: [
    File(name: "a/1.dcm", bytes: PaperScan.instance("1", 1, of: 3), fate: .published),
    File(name: "a/2.dcm", bytes: PaperScan.instance("1", 2, of: 3), fate: .published),
    File(name: "a/3.dcm", bytes: PaperScan.instance("1", 3, of: 3), fate: .published),
    File(name: "b/head.nii", bytes: PaperScan.volume("head"), fate: .published),
    File(name: "b/head.json", bytes: Array("SIDECAR END".utf8), fate: .published),
    File(name: "c/twin.nii", bytes: PaperScan.volume("head", ["x": "twin"]), fate: .published),
    File(name: "c/again.nii", bytes: PaperScan.volume("head", ["x": "twin"]), fate: .duplicate),
    File(name: "letter.txt", bytes: Array("Dear colleague".utf8), fate: .failed),
    File(
      name: "localizer.dcm", bytes: PaperScan.instance("2", 1, ["skip": "a localizer"]),
      fate: .skipped),
  ])

  /// One scan and one letter, for what is to be tried in every way.
  static let small = Mixture(files: [
    File(name: "head.nii", bytes: PaperScan.volume("head"), fate: .published),
    File(name: "letter.txt", bytes: Array("Dear colleague".utf8), fate: .failed),
  ])

  /// An archive with a series, a volume, a localizer, and what is no scan; one that may not be
  /// unpacked; and a volume beside them.
  static let packed = Mixture(files: [
    File(
      name: "visit.zip",
      bytes: PaperScan.archive(
        Dictionary(uniqueKeysWithValues: packedScans.map { ($0.name, $0.bytes) }).merging([
          "letter.txt": Array("Dear colleague".utf8), "DICOMDIR": Array("INDEX END".utf8),
        ]) { $1 }), fate: .unpacked, members: packedScans),
    File(
      name: "evil.zip",
      bytes: PaperScan.archive(
        ["x.nii": PaperScan.volume("x"), "y.nii": PaperScan.volume("y")], ["note": "refuse"]),
      fate: .failed),
    File(name: "b/beside.nii", bytes: PaperScan.volume("beside"), fate: .published),
  ])

  private static let packedScans = [
    File(name: "a/1.dcm", bytes: PaperScan.instance("1", 1, of: 2), fate: .published),
    File(name: "a/2.dcm", bytes: PaperScan.instance("1", 2, of: 2), fate: .published),
    File(name: "c/head.nii", bytes: PaperScan.volume("head"), fate: .published),
    File(
      name: "localizer.dcm", bytes: PaperScan.instance("2", 1, ["skip": "a localizer"]),
      fate: .skipped),
  ]

  /// One archive, for what is to be tried in every way.
  static let packedSmall = Mixture(files: [
    File(
      name: "visit.zip", bytes: PaperScan.archive(["head.nii": PaperScan.volume("head")]),
      fate: .unpacked,
      members: [File(name: "head.nii", bytes: PaperScan.volume("head"), fate: .published)])
  ])

  /// Which folders lie on file systems of their own.
  enum Layout: Sendable, CaseIterable {
    case together
    case inboxApart
    case outboxApart
    case archiveApart

    /// The file system that is not the one of everything else.
    var device: UInt64 {
      switch self {
      case .together: 1
      case .inboxApart: 2
      case .outboxApart: 3
      case .archiveApart: 4
      }
    }

    func apply(to disk: MemoryFileSystem) {
      switch self {
      case .together: break
      case .inboxApart: disk.mount(Rig.inbox, device: 2)
      case .outboxApart: disk.mount("/o", device: 3)
      case .archiveApart:
        disk.mount(Rig.state.appending("archive"), device: 4)
        disk.mount(Rig.state.appending("quarantine"), device: 4)
      }
    }
  }

  func drop(into disk: MemoryFileSystem) {
    for file in files { disk.put(file.bytes, at: Rig.inbox.pushing(FilePath(file.name))) }
    disk.settle()
  }

  /// Every original stands somewhere whole, whatever moment it is; where originals are deleted, its
  /// result may stand for it.
  func expectNothingLost(
    on disk: MemoryFileSystem, originals: Inbox.Originals = .archive, _ moment: String
  ) {
    let results = originals == .delete ? disk.tree(Rig.outbox).values.map(\.self) : []
    // What is deleted with its archive has its results.
    for file in files where Whereabouts.places(of: file.bytes, on: disk).isEmpty {
      let isPublished = results.contains { result in
        let sources = file.members.isEmpty ? [file.bytes] : file.members.map(\.bytes)
        return sources.contains { source in
          result.count > source.count && result.suffix(source.count).elementsEqual(source)
        }
      }
      #expect(isPublished, "\(file.name) is lost \(moment)")
    }
  }

  /// All came to the end that an undisturbed run brings them to.
  func expectEnd(of rig: Rig, originals: Inbox.Originals = .archive, _ moment: String) throws {
    let summary = try rig.summary()
    let published = try rig.published()
    let results = published.values.flatMap { files in
      files.filter { $0.key.starts(with: "result") }.values
        .map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(results.sorted() == expectedResults, "\(moment): \(summary)")
    #expect(try rig.counts() == expectedStates, "\(moment): \(summary)")
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty, "\(moment)")
    if originals != .leave { #expect(rig.disk.tree(Rig.inbox).isEmpty, "\(moment)") }
    for file in files {
      let twins = files.filter { $0.bytes == file.bytes }
      let homes = twins.flatMap { home(of: $0, originals) }.sorted()
      // A duplicate that came while the first was at work had no result yet to stand for it.
      let mayBeKept = originals == .delete && twins.contains { $0.fate == .duplicate }
      let places = rig.places(of: file.bytes).sorted()
      #expect(
        places == homes || mayBeKept && places == ["archive"], "\(moment): \(file.name) \(places)")
    }
    let strangers = rig.disk.tree(Rig.state).keys.filter { $0.string.contains(".part") }
    #expect(strangers.isEmpty, "\(moment): \(strangers)")
  }

  /// Where a file stands when all is done.
  private func home(of file: File, _ originals: Inbox.Originals) -> [String] {
    let left = originals == .leave ? ["inbox"] : []
    switch file.fate {
    case .failed: return left + ["quarantine"]
    case .skipped: return originals == .leave ? left : ["archive"]
    // With a letter in it, an archive is not deleted.
    case .unpacked where file.members.count > 1 && originals == .delete: return ["archive"]
    default: return originals == .archive ? ["archive"] : left
    }
  }

  private var expectedStates: [JobState: Int] {
    var jobs: [JobState: Set<String>] = [:]
    for file in files + files.flatMap(\.members) {
      let isInstance = file.name.hasPrefix("a/")
      let stem = file.name.split(separator: ".").first.map(String.init) ?? ""
      jobs[file.fate, default: []].insert(isInstance ? "a" : stem)
    }
    return jobs.mapValues(\.count)
  }

  private var expectedResults: [String] {
    let restored = (files + files.flatMap(\.members)).filter { $0.fate == .published }
    let hash = Rig.recipe.sha256(for: "MR")
    return restored.map { file in
      let result = FakeExecutor.result(of: file.bytes, recipeHash: hash, version: "1")
      return String(decoding: result, as: UTF8.self)
    }.sorted()
  }
}
