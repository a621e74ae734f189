internal import Crypto
internal import Foundation

/// An ordered list of steps, and the condition under which they are chosen.
public struct Recipe: Sendable, Codable, Equatable {
  /// The name by which an inbox or a command asks for the recipe.
  public var name: String
  /// When the recipe is chosen by itself; an empty condition always holds.
  public var condition: Condition
  /// The steps in order; none at all is allowed and restores nothing.
  public var steps: [RecipeStep]
  /// How the result is written.
  public var output: OutputOptions

  /// Creates a recipe.
  public init(
    name: String, condition: Condition = Condition(), steps: [RecipeStep],
    output: OutputOptions = OutputOptions()
  ) {
    self.name = name
    self.condition = condition
    self.steps = steps
    self.output = output
  }

  /// Everything that decides the result, one fact a line, independent of how it was written down.
  ///
  /// Name, output and each step with all its parameters, sorted. The condition decides whether the
  /// recipe is used, not what it does, and plays no part.
  public func canonicalText(for modality: String?) -> String {
    var lines = ["recipe \(YAMLText.quoted(name))"]
    for option in output.entries { lines.append("output \(option.key) \(option.word)") }
    for step in steps {
      lines.append("step \(step.name)")
      for (name, value) in step.resolved(for: modality).sorted(by: { $0.name < $1.name }) {
        lines.append("  \(name) \(value)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// SHA-256 of the canonical text as 64 lower-case hexadecimal digits.
  ///
  /// - Parameter modality: Modality (0008,0060), which some defaults follow; nil when not known.
  /// - Returns: 64 digits.
  public func sha256(for modality: String?) -> String {
    SHA256.hash(data: Data(canonicalText(for: modality).utf8))
      .map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      .joined()
  }
}
