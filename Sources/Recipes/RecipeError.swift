/// Why a step or a recipe cannot be used as it is written.
public struct RecipeError: Error, Equatable, CustomStringConvertible {
  /// One sentence: what was found and what is allowed.
  public let reason: String

  /// Creates an error.
  public init(_ reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
