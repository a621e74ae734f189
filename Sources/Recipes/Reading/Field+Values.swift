extension Field {
  /// The value as a text; a number stays as it was written.
  package func text(_ what: String = "a text") -> String? {
    guard let written, !isNull, !written.isEmpty else {
      expected(what)
      return nil
    }
    return written
  }

  /// The value as a flag.
  package func flag() -> Bool? {
    if case .flag(let value) = scalar { return value }
    expected("true or false")
    return nil
  }

  /// The value as a whole number in a range.
  package func integer(in range: ClosedRange<Int>, or word: String? = nil) -> Int? {
    if case .integer(let value) = scalar, range.contains(value) { return value }
    let words = word.map { "\($0) or " } ?? ""
    expected("\(words)a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// The value as one of an enumeration's words.
  package func choice<Choice>(
    _: Choice.Type = Choice.self
  ) -> Choice? where Choice: RawRepresentable<String> & CaseIterable {
    if let written, let value = Choice(rawValue: written) { return value }
    let words = Choice.allCases.map(\.rawValue)
    let suggestion = written.map { Suggestion.text(for: $0, among: words) } ?? ""
    refuse("'\(key)' has to be \(words.joined(separator: " | ")), not \(shown)\(suggestion)")
    return nil
  }

  /// The value of a step's parameter; nil, without a word, when it can be none.
  ///
  /// A list holds scalars only: no parameter takes lists of lists, and aliases could multiply them.
  var parameterValue: ParameterValue? {
    guard let elements else { return scalarParameterValue }
    let values = elements.compactMap(\.scalarParameterValue)
    return values.count == elements.count ? .list(values) : nil
  }

  private var scalarParameterValue: ParameterValue? {
    switch scalar {
    case .flag(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .text(value)
    case .null, nil: nil
    }
  }
}
