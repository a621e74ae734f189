import Recipes
import Restoration

extension JSONValue {
  init(_ figure: Figure) {
    switch figure {
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .text(let value): self = .text(value)
    case .flag(let value): self = .flag(value)
    case .list(let values): self = .list(values.map(JSONValue.init))
    }
  }

  init(_ value: ParameterValue) {
    switch value {
    case .bool(let value): self = .flag(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .text(let value): self = .text(value)
    case .list(let values): self = .list(values.map(JSONValue.init))
    }
  }
}

extension [Figures] {
  /// The figures of one volume as they are; of several volumes lists, in their order.
  var merged: [String: JSONValue] {
    guard count > 1, let first else {
      return Dictionary((self.first?.entries ?? []).map { ($0.name, JSONValue($0.value)) }) { $1 }
    }
    return Dictionary(
      first.entries.map { entry in
        (entry.name, JSONValue.list(map { $0[entry.name].map(JSONValue.init) ?? .null }))
      }
    ) { $1 }
  }
}
