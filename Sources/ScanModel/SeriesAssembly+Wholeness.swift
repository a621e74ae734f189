extension SeriesAssembly {
  /// What is missing or there twice, in one sentence for people; nil when the series is whole.
  ///
  /// Unequal distances alone are no gap: many heads are scanned in thin slices below and thick
  /// ones above. They are a warning, not a reason to wait.
  public var incompleteness: String? {
    let amiss = SeriesAssembly(stacks: stacks, problems: problems.filter { $0 != .unevenSpacing })
    return amiss.problemSummary
  }
}
