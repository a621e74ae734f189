internal import Yams

/// A mapping in a configuration file whose keys are known beforehand.
package struct Section {
  /// The values by key.
  private var fields: [String: Field] = [:]
  /// Where the mapping begins.
  package let place: Place
  /// Told what is wrong.
  package let mistakes: Mistakes

  /// Reads a mapping; an unknown key is a mistake.
  ///
  /// Nil when the value is no mapping, which is noted as a mistake.
  ///
  /// - Parameters:
  ///   - field: The value that has to be a mapping.
  ///   - known: The keys that it may have.
  package init?(_ field: Field, known: [String]) {
    guard let entries = Section.entries(of: field, allowed: "a mapping") else { return nil }
    place = field.place
    mistakes = field.mistakes
    for (name, key, value) in entries {
      if known.contains(name) {
        fields[name] = value
      } else {
        let suggestion = Suggestion.text(for: name, among: known)
        let reason = "unknown key '\(name)' in \(field.key)\(suggestion)"
        key.refuse(reason + " (allowed: \(known.joined(separator: ", ")))")
      }
    }
  }

  /// The value of a key; nil when it is absent or nothing was written after it.
  package subscript(key: String) -> Field? {
    fields[key].flatMap { $0.isNull ? nil : $0 }
  }

  /// The entries of a mapping with any keys: name, the key as a field, the value.
  ///
  /// - Parameters:
  ///   - field: The value that has to be a mapping.
  ///   - allowed: What it has to be, for the message.
  /// - Returns: Nil when the value is no mapping, which is noted as a mistake.
  package static func entries(
    of field: Field, allowed: String
  ) -> [(name: String, key: Field, value: Field)]? {
    guard case .mapping(let mapping) = field.node else {
      field.expected(allowed)
      return nil
    }
    return mapping.compactMap { keyNode, valueNode in
      let key = Field(field.key, keyNode, near: field.place, mistakes: field.mistakes)
      guard let name = key.written else {
        key.refuse("a key has to be a word, not \(key.shown)")
        return nil
      }
      guard !YAMLDocument.isBlank(name) else { return nil }
      let value = Field(name, valueNode, near: key.place, mistakes: field.mistakes)
      return (name, key, value)
    }
  }
}
