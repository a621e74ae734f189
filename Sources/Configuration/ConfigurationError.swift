public import Recipes

/// Why a configuration file is refused: all its mistakes, in the order of the file.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, as it was named.
  public let file: String
  /// What is wrong; never empty.
  public let mistakes: [Mistake]

  /// Creates an error.
  public init(file: String, mistakes: [Mistake]) {
    self.file = file
    self.mistakes = mistakes.sorted()
  }

  /// One line a mistake: `file:line:column: what is wrong`.
  public var description: String {
    mistakes.map { "\(file):\($0.line):\($0.column): \($0.text)" }.joined(separator: "\n")
  }
}
