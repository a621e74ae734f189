import DicomFormat
import Foundation
import Testing

@Suite("The conformance statement") struct ConformanceTests {
  private var page: String {
    get throws {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      return try String(
        contentsOf: root.appendingPathComponent("docs/dicom-conformance.md"), encoding: .utf8)
    }
  }

  @Test("Its tables are those of the code: restorad conformance --write docs/dicom-conformance.md")
  func tables() throws {
    let page = try page
    let updated = try #require(ConformanceTable.updated(page), "a table has no place")
    // Line by line, so that the first one that drifted is shown.
    for (line, wanted) in zip(page.split(separator: "\n"), updated.split(separator: "\n"))
    where line != wanted {
      Issue.record("'\(line)' ought to be '\(wanted)'")
      break
    }
    #expect(page == updated)
  }

  @Test("Every attribute that a rule is about is also explained in words")
  func explained() throws {
    let page = try page
    let start = try #require(page.range(of: "<!-- table: attribute-rules -->"))
    let words = page[..<start.lowerBound]
    for rule in DerivedAttributeRules.all {
      let tag = rule.tag.text.uppercased()
      // Neighbours may stand as one, such as (0028,1101–1103).
      let isNamed = words.contains(tag) || words.contains(tag.dropLast(2))
      #expect(isNamed, "\(rule.tag.keyword) \(tag)")
    }
  }

  @Test("A page without a place for a table is told")
  func placeless() { #expect(ConformanceTable.updated("# nothing") == nil) }
}
