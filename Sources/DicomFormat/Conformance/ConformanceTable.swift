/// A table of the conformance statement, made of the very tables that the code works by.
///
/// It stands in the page between two comments that name it: `<!-- table: NAME -->` and
/// `<!-- end -->`.
package struct ConformanceTable: Sendable {
  /// Its name.
  package let name: String
  /// What stands above its columns.
  let heads: [String]
  /// Its lines.
  let rows: [[String]]

  /// The table in Markdown, ended by a line break.
  package var markdown: String {
    let lines = [heads, heads.map { _ in "---" }] + rows
    return lines.map { cells in
      cells.first == "---"
        ? "|" + cells.joined(separator: "|") + "|\n"
        : "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }.joined()
  }

  /// All tables of the page.
  package static var all: [ConformanceTable] {
    [storageClasses, transferSyntaxes, attributeRules, privateAttributes, codes]
  }

  /// A page with its tables made anew.
  ///
  /// - Parameter page: The page as it is.
  /// - Returns: The page as it ought to be; nil when a table has no place in it.
  package static func updated(_ page: String) -> String? {
    var page = page
    for table in all {
      guard let start = page.firstRange(of: "<!-- table: \(table.name) -->\n"),
        let end = page[start.upperBound...].firstRange(of: "<!-- end -->")
      else { return nil }
      page.replaceSubrange(start.upperBound..<end.lowerBound, with: table.markdown)
    }
    return page
  }
}
