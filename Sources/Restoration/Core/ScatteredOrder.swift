/// Some indices in such an order that those begun at once are far from each other: by turns from as
/// many runs of neighbours as there are threads.
///
/// Neighbours mostly fill neighbouring memory. Two cores that do so at once both ask for the page
/// that it lies on, both clear one, and one of these two is thrown away: a fifth of the time of a
/// Gaussian bell on two cores.
package struct ScatteredOrder: Sendable {
  private let runs: Int
  /// Indices that every run has, and how many runs have one more.
  private let (length, longer): (Int, Int)

  /// Orders `0..<count` by at most as many runs.
  package init(of count: Int, runs: Int) {
    self.runs = max(1, min(runs, count))
    (length, longer) = count.quotientAndRemainder(dividingBy: self.runs)
  }

  /// The index whose turn it is.
  package subscript(turn: Int) -> Int {
    let whole = length * runs
    let (run, place) = turn < whole ? (turn % runs, turn / runs) : (turn - whole, length)
    return run * length + min(run, longer) + place
  }
}
