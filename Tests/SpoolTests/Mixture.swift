import JobLedger
import SpoolTestSupport
import SystemPackage
import Testing

/// A bit of everything, for the tests that break power and disks at every step.
enum Mixture {
  static let files: [(name: String, bytes: [UInt8])] = [
    ("a/1.dcm", PaperScan.instance("1", 1, of: 3)),
    ("a/2.dcm", PaperScan.instance("1", 2, of: 3)),
    ("a/3.dcm", PaperScan.instance("1", 3, of: 3)),
    ("b/head.nii", PaperScan.volume("head")),
    ("b/head.json", Array("SIDECAR END".utf8)),
    ("c/twin.nii", PaperScan.volume("head", ["x": "twin"])),
    ("c/again.nii", PaperScan.volume("head", ["x": "twin"])),
    ("letter.txt", Array("Dear colleague".utf8)),
    ("localizer.dcm", PaperScan.instance("2", 1, ["skip": "a localizer"])),
  ]

  /// Which folders lie on file systems of their own.
  enum Layout: Sendable, CaseIterable {
    case together
    case inboxApart
    case outboxApart

    func apply(to disk: MemoryFileSystem) {
      switch self {
      case .together: break
      case .inboxApart: disk.mount(Rig.inbox, device: 2)
      case .outboxApart: disk.mount("/o", device: 3)
      }
    }
  }

  static func drop(into disk: MemoryFileSystem) {
    for file in files { disk.put(file.bytes, at: Rig.inbox.pushing(FilePath(file.name))) }
    disk.settle()
  }

  /// Every original stands somewhere whole, whatever moment it is.
  static func expectNothingLost(on disk: MemoryFileSystem, _ moment: String) {
    for file in files {
      #expect(
        !Whereabouts.places(of: file.bytes, on: disk).isEmpty, "\(file.name) is lost \(moment)")
    }
  }

  /// All came to the end that an undisturbed run brings them to.
  static func expectEnd(of rig: Rig, _ moment: String) throws {
    let published = try rig.published()
    let summary = try rig.summary()
    #expect(published.count == 3, "\(moment): \(summary)")
    let results = published.values.map { files in
      files.keys.filter { $0.starts(with: "result") }.count
    }
    #expect(results.sorted() == [1, 2, 3], "\(moment)")
    let counts = try rig.counts()
    #expect(
      counts == [.published: 3, .duplicate: 1, .failed: 1, .skipped: 1],
      "\(moment): \(summary)")
    #expect(rig.disk.tree(Rig.inbox).isEmpty, "\(moment)")
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty, "\(moment)")
    for file in files {
      let copies = file.name.hasPrefix("c/") ? 2 : 1
      let home = file.name == "letter.txt" ? "quarantine" : "archive"
      #expect(
        rig.places(of: file.bytes) == Array(repeating: home, count: copies),
        "\(moment): \(file.name)")
    }
  }
}
