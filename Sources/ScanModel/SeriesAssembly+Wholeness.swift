extension SeriesAssembly {
  /// What is missing or there twice, in one sentence for people; nil when the series is whole.
  ///
  /// Unequal distances alone are no gap: many heads are scanned in thin slices below and thick
  /// ones above. They are a warning, not a reason to wait.
  public var incompleteness: String? {
    let amiss = SeriesAssembly(stacks: stacks, problems: problems.filter { $0 != .unevenSpacing })
    return amiss.problemSummary
  }

  /// Why the series is more than one volume, in one sentence for people; nil for a single volume,
  /// and where images simply do not say where they lie.
  public var splitSummary: String? {
    guard stacks.count > 1, !splitKeywords.isEmpty else { return nil }
    return "The series holds \(stacks.count) volumes, told apart by "
      + splitKeywords.joined(separator: ", ") + "."
  }
}
