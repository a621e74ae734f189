/// When a recipe is chosen: all keys hold, each for every file of the scan.
public struct Condition: Sendable, Codable, Equatable {
  /// What is asked of the value of one key.
  public struct Clause: Sendable, Codable, Equatable {
    /// A DICOM keyword, a sidecar's key, or one of `Condition.ownKeys`.
    public var key: String
    /// What is asked.
    public var matcher: Matcher

    /// Creates a clause.
    public init(_ key: String, _ matcher: Matcher) {
      self.key = key
      self.matcher = matcher
    }
  }

  /// Keys that are no DICOM keywords.
  public static let ownKeys = ["Format", "Dimensions", "HasMetal", "BIDSSuffix"]

  /// What is asked, in the order of the keys.
  public var clauses: [Clause]

  /// Creates a condition; without clauses it always holds.
  public init(_ clauses: [Clause] = []) { self.clauses = clauses.sorted { $0.key < $1.key } }

  /// Asks a scan.
  ///
  /// - Parameters:
  ///   - scan: The scan.
  ///   - assumed: Values for keywords of which a file says nothing.
  /// - Returns: What came of each clause; for identifying attributes without values in the words.
  public func evaluate(
    _ scan: ScanFacts, assuming assumed: [String: String] = [:]
  ) -> ConditionOutcome {
    ConditionOutcome(
      clauses: clauses.map { clause in
        let found = scan.files.map { scan.values(of: clause.key, in: $0, assuming: assumed) }
        return ClauseOutcome(clause: clause, result: Self.judge(clause, found), found: found)
      })
  }

  /// The keywords whose values have to be read from the files.
  public var keywords: [String] {
    clauses.map(\.key).filter { !["Format", "Dimensions", "HasMetal"].contains($0) }
  }

  /// Whether somebody has to look for metal before the condition can be asked.
  public var asksMetal: Bool { clauses.contains { $0.key == "HasMetal" } }

  private static func judge(_ clause: Clause, _ found: [[String]]) -> ClauseOutcome.Result {
    let holding = found.count { $0.contains(where: clause.matcher.matches) }
    if !found.isEmpty, holding == found.count { return .matched }
    if holding > 0 { return .filesDisagree }
    return found.allSatisfy(\.isEmpty) ? .unknown : .notMatched
  }
}
