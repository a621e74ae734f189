/// Why quality could not be measured.
public struct QualityError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, for code to branch on.
  public enum Code: Sendable {
    /// The two volumes, or a mask and its volume, have other dimensions.
    case differentDimensions
    /// No voxel is left after exclusions.
    case nothingToMeasure
  }

  /// What went wrong, for code to branch on.
  public let code: Code
  /// One sentence for people.
  public let reason: String

  /// The reason.
  public var description: String { reason }

  static func check(_ a: SIMD3<Int>, _ b: SIMD3<Int>?) throws {
    guard b == nil || a == b else {
      throw QualityError(
        code: .differentDimensions, reason: "What is compared has different dimensions.")
    }
  }

  static func nothingLeft() -> QualityError {
    QualityError(
      code: .nothingToMeasure, reason: "No voxel is finite and outside the exclusions.")
  }
}
