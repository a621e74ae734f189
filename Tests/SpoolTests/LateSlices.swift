import Configuration
import Disk
import Foundation
import JobLedger
import Recipes
import Spool
import SpoolTestSupport
import SystemPackage
import Testing
import Worker

/// A series that was published, of which more comes later.
struct LateSlices: Sendable, CustomTestStringConvertible {
  /// What was published first.
  var first: [[UInt8]]
  /// What comes late.
  var late: [[UInt8]]
  /// Whether what was published first came in an archive.
  var isFirstPacked = false
  /// Whether what comes late comes in one.
  var isLatePacked = false

  var testDescription: String {
    "\(isFirstPacked ? "an archive" : "files"), then \(isLatePacked ? "an archive" : "files")"
  }

  /// Three slices, and two that follow.
  static let plain = LateSlices(
    first: (1...3).map { PaperScan.instance("1", $0) },
    late: (4...5).map { PaperScan.instance("1", $0) })

  /// Files that follow on those of an archive.
  static let packedFirst = LateSlices(first: plain.first, late: plain.late, isFirstPacked: true)
  /// An archive that follows on files.
  static let packedLate = LateSlices(first: plain.first, late: plain.late, isLatePacked: true)
  /// An archive that follows on another.
  static let packed = LateSlices(
    first: plain.first, late: plain.late, isFirstPacked: true, isLatePacked: true)

  static let all = [plain, packedFirst, packedLate, packed]

  /// What stands in the inbox for some slices, by its name.
  private func drops(_ slices: [[UInt8]], _ folder: String, packed: Bool) -> [String: [UInt8]] {
    let files = Dictionary(
      uniqueKeysWithValues: slices.enumerated().map { ("\(folder)/\($0 + 1).dcm", $1) })
    return packed ? ["\(folder).zip": PaperScan.archive(files)] : files
  }

  private var firstDrops: [String: [UInt8]] { drops(first, "a", packed: isFirstPacked) }
  private var lateDrops: [String: [UInt8]] { drops(late, "b", packed: isLatePacked) }

  /// How the jobs end.
  private var counts: [JobState: Int] {
    let archives = (isFirstPacked ? 1 : 0) + (isLatePacked ? 1 : 0)
    return archives > 0 ? [.published: 2, .unpacked: archives] : [.published: 2]
  }

  /// Publishes what came first, undisturbed.
  ///
  /// - Returns: The job.
  @discardableResult
  func publishFirst(_ rig: Rig) throws -> JobRecord {
    try rig.start()
    for (name, bytes) in firstDrops { rig.drop(bytes, name) }
    rig.disk.settle()
    try rig.run()
    return try #require(try rig.jobs(.published).first)
  }

  func dropLate(_ rig: Rig) {
    for (name, bytes) in lateDrops { rig.drop(bytes, name) }
    rig.disk.settle()
  }

  /// Every original stands somewhere whole.
  func expectNothingLost(on disk: MemoryFileSystem, _ moment: String) {
    for bytes in firstDrops.values {
      #expect(
        Whereabouts.places(of: bytes, on: disk).contains("archive"), "the archive lost \(moment)")
    }
    for bytes in lateDrops.values {
      #expect(!Whereabouts.places(of: bytes, on: disk).isEmpty, "a late one is lost \(moment)")
    }
  }

  /// Two results stand in the outbox: that of before, and a whole one that supersedes it.
  func expectEnd(of rig: Rig, after earlier: JobRecord, _ moment: String) throws {
    let summary = try rig.summary()
    #expect(try rig.counts() == counts, "\(moment): \(summary)")
    let published = try rig.published()
    #expect(Self.results(published[earlier.id]) == expected(first), "\(moment): the first changed")
    let revised = try #require(try rig.jobs(.published).first { $0.supersedes != nil }, "\(moment)")
    #expect(revised.supersedes == earlier.id && revised.revision == 2, "\(moment)")
    #expect(
      Self.results(published[revised.id]) == expected(first + late, revision: 2), "\(moment)")
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty, "\(moment)")
    #expect(rig.disk.tree(Rig.inbox).isEmpty, "\(moment)")
    // The revision keeps all of its files; what came in an archive stands in that too.
    let homes = isFirstPacked ? ["archive"] : ["archive", "archive"]
    for bytes in first { #expect(rig.places(of: bytes) == homes, "\(moment)") }
    for bytes in late + [firstDrops, lateDrops].flatMap(\.values) where !first.contains(bytes) {
      #expect(rig.places(of: bytes) == ["archive"], "\(moment)")
    }
    let verifier = RestVerifier(
      disk: rig.disk, ledger: rig.ledger, folders: StateFolders(root: Rig.state))
    for job in try rig.jobs() {
      let verdict = try verifier.verify(job.id)
      #expect(verdict.findings.isEmpty, "\(moment): \(verdict.findings)")
    }
  }

  private func expected(_ sources: [[UInt8]], revision: Int = 1) -> [String] {
    let hash = Rig.recipe.sha256(for: "MR")
    return sources.map { bytes in
      let result = FakeExecutor.result(
        of: bytes, recipeHash: hash, version: "1", revision: revision)
      return String(decoding: result, as: UTF8.self)
    }.sorted()
  }

  private static func results(_ files: [FilePath: [UInt8]]?) -> [String] {
    (files ?? [:]).filter { $0.key.starts(with: "result") }.values
      .map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  /// The report of a published job.
  static func report(of job: String, _ rig: Rig) throws -> Report {
    let path = Rig.outbox.appending(job).appending("report.json")
    return try JSONDecoder().decode(Report.self, from: Data(try #require(rig.disk.peek(path))))
  }
}
