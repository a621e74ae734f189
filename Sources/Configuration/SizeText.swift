/// Sizes in bytes as people write them: `8GiB`, `500MB`.
enum SizeText {
  static let allowed = "a size with its unit: 500MB, 8GiB"

  private static let units = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000),
    ("KB", 1000), ("B", 1),
  ]

  /// Reads a size in whole bytes; nil for anything else.
  static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let name = text.dropFirst(digits.count).drop { $0 == " " }
    guard let value = Double(digits), let unit = units.first(where: { $0.0 == name }),
      value * Double(unit.1) < 1e18
    else { return nil }
    return Int(exactly: value * Double(unit.1))
  }

  /// Writes a size with the largest unit that divides it.
  static func text(_ bytes: Int) -> String {
    let unit = units.first { bytes % $0.1 == 0 } ?? ("B", 1)
    return "\(bytes / unit.1)\(unit.0)"
  }
}
