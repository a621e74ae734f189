extension Work {
  /// The ear for a part of the work, whose beginning and end are these fractions of the whole.
  func share(_ range: ClosedRange<Double>) -> Work {
    Work(
      isCancelled: { (try? checkCancellation()) == nil },
      report: { note(range.lowerBound + $0 * (range.upperBound - range.lowerBound)) })
  }
}
