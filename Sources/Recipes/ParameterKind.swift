/// What a parameter's value may be.
public enum ParameterKind: Sendable, Equatable {
  /// `true` or `false`.
  case flag
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// A number in a range.
  case number(NumberRange)
  /// One of a few words.
  case word([String])
  /// The name of a wavelet, see `WaveletName`.
  case wavelet
  /// A list of as many elements of one kind as the range says.
  indirect case list(of: ParameterKind, count: ClosedRange<Int>)

  /// The value in this kind's own form: a whole number becomes a number where numbers are meant.
  ///
  /// - Returns: Nil when the value is not of this kind or out of its range.
  public func accept(_ value: ParameterValue) -> ParameterValue? {
    switch self {
    case .flag:
      return value.flag.map(ParameterValue.bool)
    case .integer(let range):
      return value.wholeNumber.flatMap { range.contains($0) ? .integer($0) : nil }
    case .number(let range):
      return value.realNumber.flatMap { range.contains($0) ? .number($0) : nil }
    case .word(let words):
      return value.word.flatMap { words.contains($0) ? .text($0) : nil }
    case .wavelet:
      return value.word.flatMap { WaveletName.isKnown($0) ? .text($0) : nil }
    case .list(let kind, let count):
      guard case .list(let values) = value, count.contains(values.count) else { return nil }
      let accepted = values.compactMap(kind.accept)
      return accepted.count == values.count ? .list(accepted) : nil
    }
  }

  /// The name of the type for people and programs: `integer`, `number`, `text`, `flag`, `list`.
  public var typeName: String {
    switch self {
    case .flag: "flag"
    case .integer: "integer"
    case .number: "number"
    case .word, .wavelet: "text"
    case .list(let kind, _): "list of \(kind.typeName)"
    }
  }

  /// What is allowed, in words: `1 to 16`, `otsu | positive | all`.
  public var allowed: String {
    switch self {
    case .flag: "true | false"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .number(let range): range.description
    case .word(let words): words.joined(separator: " | ")
    case .wavelet: WaveletName.allowed
    case .list(let kind, let count):
      count.lowerBound == count.upperBound
        ? "[\(count.lowerBound) values, each \(kind.allowed)]"
        : "[\(count.lowerBound) to \(count.upperBound) values, each \(kind.allowed)]"
    }
  }
}
