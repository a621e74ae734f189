/// How planes follow each other along their normal.
struct PlaneSpacing {
  /// The distance between neighbours in mm; nil for a single plane.
  let step: Double?
  /// What is amiss.
  let problems: [SeriesAssembly.Problem]

  /// Planes nearer than this, in mm, lie at one position; scanners round to 0.001 mm.
  static let samePosition = 0.01

  /// Measures positions along the normal, in ascending order, in mm.
  init(positions: [Double]) {
    let all = zip(positions, positions.dropFirst()).map { $1 - $0 }
    let steps = all.filter { $0 >= Self.samePosition }
    var problems: [SeriesAssembly.Problem] = []
    if steps.count < all.count {
      problems.append(.duplicatePosition(count: all.count - steps.count))
    }
    guard let shortest = steps.min() else {
      step = nil
      self.problems = problems
      return
    }
    let median = steps.sorted()[(steps.count - 1) / 2]
    // Where nearly everything is missing, no two planes that came need be neighbours.
    let parts = [2.0, 3, 4].map { shortest / $0 }.filter { steps.count > 2 && $0 >= 0.5 }
    let fitting = ([median, shortest] + parts).lazy.compactMap { base in
      Self.missing(in: steps, base: base).map { (base: base, missing: $0) }
    }.first
    if let fitting {
      if fitting.missing > 0 { problems.append(.gap(missing: fitting.missing)) }
      step = steps.reduce(0, +) / Double(steps.count + fitting.missing)
    } else {
      problems.append(.unevenSpacing)
      step = median
    }
    self.problems = problems
  }

  /// How many planes fit into the longer steps; nil when a step is no whole multiple of the base.
  private static func missing(in steps: [Double], base: Double) -> Int? {
    var missing = 0
    for step in steps {
      let planes = (step / base).rounded()
      // 1 % of a step, but no less than what rounding of positions makes, and never so much that
      // any distance would do.
      let slack = Swift.min(Swift.max(0.01 * base * planes, 2 * samePosition), 0.2 * base)
      guard planes >= 1, planes < 1e6, abs(step - planes * base) <= slack else { return nil }
      missing += Int(planes) - 1
    }
    return missing
  }
}
