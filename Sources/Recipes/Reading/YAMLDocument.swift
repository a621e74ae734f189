internal import Foundation
package import Yams

/// Parses YAML text into nodes with their places.
package enum YAMLDocument {
  /// What stands in for the letters of a repeated key: Unicode's private use area.
  ///
  /// One scalar takes the place of one, so that every other place in the file stays as it was.
  private static let blanks: ClosedRange<UInt32> = 0xE000...0xF8FF

  /// The root of a text; nil for a text without anything but comments.
  ///
  /// The parser refuses a repeated key, and with it the whole file. To tell all mistakes at once
  /// the first of the two is blanked out and the rest is read.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - mistakes: Told of a syntax error, which ends the reading, and of repeated keys.
  /// - Returns: The root node without the repeated keys.
  package static func root(of text: String, mistakes: Mistakes) -> Node? {
    var text = text
    // Each round blanks one key out; a file with more repeated keys is beyond help.
    for _ in 0..<50 {
      do {
        return try Yams.compose(yaml: text)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let place = Place(line: context.mark.line, column: context.mark.column)
        mistakes.note("the key '\(keys.first ?? "")' is given more than once", at: place)
        guard let key = keys.first, let rest = blanking(key, at: place, in: text) else {
          return nil
        }
        text = rest
      } catch {
        let mistake = YAMLSyntaxMistake(error, in: text)
        mistakes.note(mistake.text, at: mistake.place)
        return nil
      }
    }
    return nil
  }

  /// Whether a key was blanked out because a later one has the same name.
  static func isBlank(_ key: String) -> Bool {
    !key.isEmpty && key.unicodeScalars.allSatisfy { blanks.contains($0.value) }
  }

  private static func blanking(_ key: String, at place: Place, in text: String) -> String? {
    var scalars = Array(text.unicodeScalars)
    let wanted = Array(key.unicodeScalars)
    guard !wanted.isEmpty, var start = offset(of: place, in: scalars) else { return nil }
    if start < scalars.count, scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
    guard start + wanted.count <= scalars.count,
      Array(scalars[start..<(start + wanted.count)]) == wanted
    else { return nil }
    // The blank follows from the place, so that two blanked keys do not repeat one another.
    let offset = UInt32(start % blanks.count)
    guard let blank = Unicode.Scalar(blanks.lowerBound + offset) else { return nil }
    for place in start..<(start + wanted.count) { scalars[place] = blank }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }

  private static func offset(of place: Place, in scalars: [Unicode.Scalar]) -> Int? {
    var line = 1
    var position = 0
    while line < place.line {
      guard position < scalars.count else { return nil }
      switch scalars[position] {
      case "\r":
        if position + 1 < scalars.count, scalars[position + 1] == "\n" { position += 1 }
        line += 1
      case "\n", "\u{85}", "\u{2028}", "\u{2029}": line += 1
      default: break
      }
      position += 1
    }
    let offset = position + place.column - 1
    return offset < scalars.count ? offset : nil
  }
}
