extension RestoreRequest {
  /// What a result takes the place of: that of an earlier job, which lacked files of its series.
  public struct Revision: Sendable, Codable, Equatable {
    /// What the superseded result was made by: with it the UIDs of its objects can be told.
    public struct Origin: Sendable, Codable, Equatable {
      /// SHA-256 of its recipe.
      public var recipeSHA256: String
      /// The version of Restorad that made it.
      public var version: String
      /// Which result of the series it was.
      public var number: Int

      /// Creates a note of all parts.
      public init(recipeSHA256: String, version: String, number: Int) {
        self.recipeSHA256 = recipeSHA256
        self.version = version
        self.number = number
      }
    }

    /// Which result of the series this is: 2 for the first that supersedes another.
    public var number: Int
    /// What the superseded result was made by; nil when that is no longer known.
    public var superseded: Origin?

    /// Creates a note of all parts.
    public init(number: Int, superseded: Origin?) {
      self.number = number
      self.superseded = superseded
    }
  }
}
