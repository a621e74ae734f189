internal import Foundation
package import Yams

/// Parses YAML text into nodes with their places.
package enum YAMLDocument {
  /// Keys that repeat an earlier one carry this in front of their number; no text can hold it.
  ///
  /// It comes from Unicode's private use area, so a replaced key keeps its length and place.
  static let repeated: Unicode.Scalar = "\u{F8FE}"

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
  static func isBlank(_ key: String) -> Bool { key.unicodeScalars.first == repeated }

  private static func blanking(_ key: String, at place: Place, in text: String) -> String? {
    var scalars = Array(text.unicodeScalars)
    let wanted = Array(key.unicodeScalars)
    guard !wanted.isEmpty, var start = offset(of: place, in: scalars) else { return nil }
    if start < scalars.count, scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
    guard start + wanted.count <= scalars.count,
      Array(scalars[start..<(start + wanted.count)]) == wanted
    else { return nil }
    // Distinct blanks, so that several of them do not repeat one another.
    for place in start..<(start + wanted.count) { scalars[place] = repeated }
    let number = UInt32(start % 4096)
    if wanted.count > 1, let mark = Unicode.Scalar(0xE000 + number) { scalars[start + 1] = mark }
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
