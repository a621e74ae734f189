import Foundation

/// Numbers as Decimal Strings (DS): at most 16 characters (PS3.5 6.2).
package enum DerivedDecimal {
  /// The shortest text that reads back as the number, or as near to it as 16 characters allow.
  package static func text(_ number: Double) -> String {
    if let whole = Int(exactly: number), abs(whole) < 1_000_000_000_000 { return String(whole) }
    let shortest = "\(number)"
    if shortest.utf8.count <= 16 { return shortest }
    for digits in stride(from: 15, through: 1, by: -1) {
      let text = String(format: "%.\(digits)g", number)
      if text.utf8.count <= 16 { return text }
    }
    return "0"
  }

  /// What a reader of the text will see.
  package static func rounded(_ number: Double) -> Double { Double(text(number)) ?? number }

  /// The smallest number that is at least as large as a positive one and survives as text.
  package static func roundedUp(_ number: Double) -> Double {
    var candidate = number
    while rounded(candidate) < number { candidate *= 1 + 1e-10 }
    return rounded(candidate)
  }
}
