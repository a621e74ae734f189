/// A mistake in a configuration file: where it is, what is wrong and what is allowed.
public struct Mistake: Error, Sendable, Equatable, Comparable {
  /// From 1.
  public let line: Int
  /// From 1, in characters.
  public let column: Int
  /// One sentence: what is wrong and what is allowed.
  public let text: String

  /// Creates a mistake.
  public init(line: Int, column: Int, _ text: String) {
    self.line = line
    self.column = column
    self.text = text
  }

  /// The order of the file.
  public static func < (a: Mistake, b: Mistake) -> Bool {
    (a.line, a.column, a.text) < (b.line, b.column, b.text)
  }
}

/// Gathers mistakes while a file is read to its end, so that all are told at once.
package final class Mistakes {
  /// What was found so far, in the order in which it was found.
  package private(set) var all: [Mistake] = []

  /// Starts without a mistake.
  package init() {}

  /// Notes a mistake.
  package func note(_ text: String, at place: Place) {
    let mistake = Mistake(line: place.line, column: place.column, text)
    if !all.contains(mistake) { all.append(mistake) }
  }
}

/// A place in a file.
package struct Place: Sendable, Equatable {
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int

  /// Where a file begins.
  package static let start = Place(line: 1, column: 1)

  /// Creates a place.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
