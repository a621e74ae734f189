/// One measured value.
public enum Figure: Sendable, Equatable {
  /// A count.
  case integer(Int)
  /// A measurement; the figure's name says the unit.
  case number(Double)
  /// A choice that was made.
  case text(String)
  /// Whether something held.
  case flag(Bool)
  /// Several of one kind, in order.
  indirect case list([Figure])
}

/// Named figures in the order in which they were noted.
///
/// Names are snake_case and carry the unit where it is not obvious (`noise_sigma`, `metal_voxels`).
public struct Figures: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// Names and values in order.
  public private(set) var entries: [(name: String, value: Figure)] = []

  /// Creates figures in the order of the literal.
  public init(dictionaryLiteral elements: (String, Figure)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The figure of that name; setting one notes it, setting nil forgets it.
  public subscript(name: String) -> Figure? {
    get { entries.first { $0.name == name }?.value }
    set {
      let position = entries.firstIndex { $0.name == name }
      switch (position, newValue) {
      case (let position?, let value?): entries[position].value = value
      case (let position?, nil): entries.remove(at: position)
      case (nil, let value?): entries.append((name, value))
      case (nil, nil): break
      }
    }
  }

  /// Whether both hold the same figures in the same order.
  public static func == (a: Figures, b: Figures) -> Bool {
    a.entries.elementsEqual(b.entries) { $0.name == $1.name && $0.value == $1.value }
  }
}
