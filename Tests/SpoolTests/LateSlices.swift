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
struct LateSlices: Sendable {
  /// What was published first.
  let first: [[UInt8]]
  /// What comes late.
  let late: [[UInt8]]

  /// Three slices, and two that follow.
  static let plain = LateSlices(
    first: (1...3).map { PaperScan.instance("1", $0) },
    late: (4...5).map { PaperScan.instance("1", $0) })

  /// Publishes what came first, undisturbed.
  ///
  /// - Returns: The job.
  @discardableResult
  func publishFirst(_ rig: Rig) throws -> JobRecord {
    try rig.start()
    for (number, bytes) in first.enumerated() { rig.drop(bytes, "a/\(number + 1).dcm") }
    rig.disk.settle()
    try rig.run()
    return try #require(try rig.jobs(.published).first)
  }

  func dropLate(_ rig: Rig) {
    for (number, bytes) in late.enumerated() { rig.drop(bytes, "b/\(number + 1).dcm") }
    rig.disk.settle()
  }

  /// Every original stands somewhere whole.
  func expectNothingLost(on disk: MemoryFileSystem, _ moment: String) {
    for bytes in first {
      #expect(
        Whereabouts.places(of: bytes, on: disk).contains("archive"), "the archive lost \(moment)")
    }
    for bytes in late {
      #expect(!Whereabouts.places(of: bytes, on: disk).isEmpty, "a late one is lost \(moment)")
    }
  }

  /// Two results stand in the outbox: that of before, and a whole one that supersedes it.
  func expectEnd(of rig: Rig, after earlier: JobRecord, _ moment: String) throws {
    let summary = try rig.summary()
    #expect(try rig.counts() == [.published: 2], "\(moment): \(summary)")
    let published = try rig.published()
    #expect(Self.results(published[earlier.id]) == expected(first), "\(moment): the first changed")
    let revised = try #require(try rig.jobs(.published).first { $0.supersedes != nil }, "\(moment)")
    #expect(revised.supersedes == earlier.id && revised.revision == 2, "\(moment)")
    #expect(
      Self.results(published[revised.id]) == expected(first + late, revision: 2), "\(moment)")
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty, "\(moment)")
    #expect(rig.disk.tree(Rig.inbox).isEmpty, "\(moment)")
    for bytes in first {
      #expect(rig.places(of: bytes).sorted() == ["archive", "archive"], "\(moment)")
    }
    for bytes in late { #expect(rig.places(of: bytes).sorted() == ["archive"], "\(moment)") }
    let verifier = RestVerifier(
      disk: rig.disk, ledger: rig.ledger, folders: StateFolders(root: Rig.state))
    for job in [earlier, revised] {
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
