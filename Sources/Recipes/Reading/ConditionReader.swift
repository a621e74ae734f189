internal import Yams

/// Reads the `when` of a recipe.
enum ConditionReader {
  /// Reads a condition; mistakes are noted.
  static func condition(_ field: Field) -> Condition {
    guard let entries = Section.entries(of: field, allowed: "a mapping of DICOM keywords") else {
      return Condition()
    }
    return Condition(
      entries.compactMap { name, key, value in
        guard isKnown(name) else {
          let suggestion = Suggestion.text(for: name, among: Condition.ownKeys + DicomKeywords.all)
          key.refuse(
            "unknown key '\(name)' in when\(suggestion) (allowed: a DICOM keyword, or one of "
              + "\(Condition.ownKeys.joined(separator: ", ")))")
          return nil
        }
        return matcher(value).map { Condition.Clause(name, $0) }
      })
  }

  /// Whether a key may be asked for.
  static func isKnown(_ key: String) -> Bool {
    Condition.ownKeys.contains(key) || DicomKeywords.all.contains(key)
  }

  private static func matcher(_ field: Field) -> Matcher? {
    switch field.node {
    case .scalar: return value(field).map { .anyOf([$0]) }
    case .sequence:
      let elements = field.elements ?? []
      if elements.isEmpty {
        field.refuse("the list of '\(field.key)' is empty: it could never hold")
      }
      let values = elements.compactMap(value)
      return values.count == elements.count && !values.isEmpty ? .anyOf(values) : nil
    case .mapping: return rangeOrPattern(field)
    case .alias: return nil
    }
  }

  private static func value(_ field: Field) -> String? {
    guard let written = field.text("a value, a list, { min: , max: } or { matches: REGEX }") else {
      return nil
    }
    switch field.key {
    case "HasMetal":
      // Quotes make no difference here, as they make none for other values.
      if case .flag(let value) = ScalarValue(plain: written) { return value ? "true" : "false" }
      field.expected("true or false")
      return nil
    case "Format" where !["DICOM", "NIfTI"].contains(written):
      field.expected("DICOM | NIfTI")
      return nil
    case "Dimensions" where !["2", "3", "4"].contains(written):
      field.expected("2 | 3 | 4")
      return nil
    default: return written
    }
  }

  private static func rangeOrPattern(_ field: Field) -> Matcher? {
    guard let section = Section(field, known: ["min", "max", "matches"]) else { return nil }
    if let pattern = section["matches"] {
      guard section["min"] == nil, section["max"] == nil else {
        pattern.refuse("'matches' does not go together with 'min' and 'max'")
        return nil
      }
      return self.pattern(pattern)
    }
    let (min, max) = (section["min"].map(number), section["max"].map(number))
    switch (min, max) {
    case (nil, nil):
      field.refuse("'\(field.key)' needs min, max or matches")
      return nil
    case (.some(nil), _), (_, .some(nil)): return nil
    case (let low??, let high??) where low > high:
      field.refuse("the range of '\(field.key)' is empty: min is above max")
      return nil
    default: return .range(min: min ?? nil, max: max ?? nil)
    }
  }

  private static func number(_ field: Field) -> Double? {
    switch field.scalar {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    default:
      field.expected("a number")
      return nil
    }
  }

  private static func pattern(_ field: Field) -> Matcher? {
    guard let pattern = field.text("a regular expression") else { return nil }
    do {
      _ = try Matcher.expression(pattern)
      return .pattern(pattern)
    } catch {
      field.refuse("\(field.shown) is no regular expression")
      return nil
    }
  }
}
