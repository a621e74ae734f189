import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing

@Suite("Probing files of every kind") struct ProbeTableTests {
  /// Outcome and reason of one file, in one line.
  static func outcome(_ path: String) -> String {
    switch DicomProbe.verdict(path: path, question: ProbeQuestion()) {
    case .whole(let facts):
      if let reason = facts.skipReason { return "skip\t" + reason }
      if let reason = facts.unsupportedReason { return "unsupported\t" + reason }
      let grid = facts.shape.map(String.init).joined(separator: "x")
      return "whole\t\(facts.dicom?.modality ?? "") \(grid) \(facts.storedType)"
    case .companion: return "companion\t"
    case .index: return "index\t"
    case .incomplete(let reason): return "incomplete\t" + reason
    case .notScan(let reason): return "notScan\t" + reason
    }
  }

  /// The table, one line a file: path, outcome, reason; `own/` or `shared/` leads the path.
  private func expected(_ prefix: String) throws -> [(file: String, outcome: String)] {
    try String(contentsOfFile: TestFiles.expected("probe.tsv"), encoding: .utf8)
      .split(separator: "\n").filter { $0.hasPrefix(prefix) }
      .map { line in
        let end = line.firstIndex(of: "\t") ?? line.endIndex
        return (String(line[..<end].dropFirst(prefix.count)), String(line[end...].dropFirst()))
      }
  }

  @Test("The small files have the reviewed outcomes") func ownFiles() throws {
    let table = try expected("own/")
    #expect(table.count > 10)
    for (file, outcome) in table {
      #expect(Self.outcome(TestFiles.own(file)) == outcome, "\(file)")
    }
  }

  @Test("The real scans have the reviewed outcomes", .enabled(if: SharedData.isPresent))
  func sharedFiles() throws {
    let table = try expected("shared/")
    #expect(table.count > 150)
    for (file, outcome) in table {
      #expect(Self.outcome(SharedData.path("dicom/" + file)) == outcome, "\(file)")
    }
  }
}
