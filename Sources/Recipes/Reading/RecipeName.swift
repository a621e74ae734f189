/// What recipes, and whatever else appears in paths and logs, may be called.
package enum RecipeName {
  /// What is allowed, in words.
  package static let allowed =
    "up to 64 of letters, digits, '.', '_' and '-', beginning with a letter or digit, not 'auto'"

  /// Whether a name is allowed.
  package static func isAllowed(_ name: String) -> Bool {
    guard let first = name.utf8.first, isWordByte(first), name.utf8.count <= 64 else {
      return false
    }
    return name != "auto" && name.utf8.allSatisfy { isWordByte($0) || "._-".utf8.contains($0) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
