/// What came of asking a condition of a scan.
public struct ConditionOutcome: Sendable, Equatable {
  /// What came of each clause, in the order of the condition.
  public let clauses: [ClauseOutcome]

  /// Whether all clauses hold.
  public var holds: Bool { clauses.allSatisfy { $0.result == .matched } }

  /// Why the condition holds or does not, for people: `Modality is MR; BodyPartExamined is not known`.
  public var words: String {
    clauses.isEmpty ? "it has no conditions" : clauses.map(\.words).joined(separator: "; ")
  }
}

/// What came of asking one clause of a scan.
public struct ClauseOutcome: Sendable, Equatable {
  /// What came of it.
  public enum Result: String, Sendable, Codable {
    /// It holds for every file.
    case matched
    /// It holds for no file.
    case notMatched = "not matched"
    /// It holds for some files only.
    case filesDisagree = "files disagree"
    /// No file says.
    case unknown = "not known"
  }

  /// What was asked.
  public let clause: Condition.Clause
  /// What came of it.
  public let result: Result
  /// The values found, without repetition, in the order in which they were met; at most eight.
  public let values: [String]

  init(clause: Condition.Clause, result: Result, found: [[String]]) {
    self.clause = clause
    self.result = result
    var seen: [String] = []
    for value in found.joined() where !seen.contains(value) && seen.count < 8 { seen.append(value) }
    values = seen
  }

  /// The outcome for people: `Modality is MR`, `Modality is CT, not MR`.
  ///
  /// Holds no value of an attribute that identifies a person: words end up in reports and logs.
  public var words: String {
    let key = clause.key
    let found = values.joined(separator: ", ")
    let isPrivate = IdentifyingKeywords.contains(key)
    switch result {
    case .matched: return isPrivate ? "\(key) matches" : "\(key) is \(found)"
    case .notMatched:
      return isPrivate ? "\(key) does not match" : "\(key) is \(found), not \(wanted)"
    case .filesDisagree:
      return isPrivate
        ? "the files disagree in \(key)"
        : "the files disagree in \(key) (\(found)), which has to be \(wanted)"
    case .unknown: return "\(key) is not known"
    }
  }

  private var wanted: String {
    switch clause.matcher {
    case .anyOf(let values): values.joined(separator: " or ")
    case .range(let min, let max):
      [
        min.map { "at least \(ParameterValue.number($0))" },
        max.map { "at most \(ParameterValue.number($0))" },
      ]
      .compactMap(\.self).joined(separator: " and ")
    case .pattern(let pattern): "matching /\(pattern)/"
    }
  }
}
