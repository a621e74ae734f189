package import Yams

/// A value in a configuration file, with the key it belongs to and its place.
package struct Field {
  /// The key, for messages.
  package let key: String
  /// The value.
  package let node: Node
  /// Where the value is.
  package let place: Place
  /// Told what is wrong with the value.
  package let mistakes: Mistakes

  /// Creates a field; a value without a place of its own stands at its key's.
  package init(_ key: String, _ node: Node, near place: Place = .start, mistakes: Mistakes) {
    self.key = key
    self.node = node
    self.place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? place
    self.mistakes = mistakes
  }

  /// Notes what is wrong with the value.
  package func refuse(_ text: String) { mistakes.note(text, at: place) }

  /// What a scalar means; nil, without a word, for lists and mappings.
  package var scalar: ScalarValue? {
    guard case .scalar(let scalar) = node else { return nil }
    let isPlain = scalar.style == .plain || scalar.style == .any
    let isTextByTag = isPlain && scalar.tag.description == "tag:yaml.org,2002:str"
    return isPlain && !isTextByTag ? ScalarValue(plain: scalar.string) : .text(scalar.string)
  }

  /// The characters of a scalar as they stand in the file.
  package var written: String? {
    if case .scalar(let scalar) = node { scalar.string } else { nil }
  }

  /// Whether nothing was written after the key.
  package var isNull: Bool { scalar == .null }

  /// The elements of a list.
  package var elements: [Field]? {
    guard case .sequence(let sequence) = node else { return nil }
    return sequence.map { Field(key, $0, near: place, mistakes: mistakes) }
  }

  /// The value for people, shortened.
  package var shown: String {
    switch node {
    case .scalar(let scalar):
      let text = scalar.string
      return "'" + (text.count > 40 ? text.prefix(40) + "..." : text) + "'"
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .alias: return "an alias"
    }
  }

  /// Notes that the value is not what the key asks for.
  package func expected(_ what: String) { refuse("'\(key)' has to be \(what), not \(shown)") }
}
