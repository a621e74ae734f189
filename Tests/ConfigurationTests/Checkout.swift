import Foundation

/// Files of the checkout that tests read.
enum Checkout {
  /// The text of a file, by its path from the root.
  static func text(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The example configuration of the contract.
  static func contractExample() throws -> String {
    let parts = try text("docs/contract.md").components(separatedBy: "```yaml\n")
    return parts.dropFirst().first?.components(separatedBy: "```").first ?? ""
  }
}
