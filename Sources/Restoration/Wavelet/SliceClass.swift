/// Every 2^l-th slice of level l: coefficients of one class make samples of that class alone.
///
/// The samples that a class is split from are its own, but for those mirrored at the ends.
struct SliceClass: Sendable {
  /// The first slice, of samples and of coefficients.
  let first: Int
  /// From a slice to the next.
  let step: Int
  /// Slices of samples.
  let samples: Int
  /// Slices of coefficients.
  let coefficients: Int
  /// The slices of samples that are needed, ascending.
  let needed: [Int]
  /// For each coefficient the places of its taps' samples among those, ascending taps.
  let places: [Int]

  init(_ stage: UndecimatedLevel, step: Int, first: Int) {
    let (bank, mode) = (stage.shrinker.bank, stage.shrinker.method.mode)
    self.first = first
    self.step = step
    samples = (stage.dimensions.z - first + step - 1) / step
    coefficients = samples + bank.length - 1
    let sources = (0..<coefficients).flatMap { i in
      (0..<bank.length).map {
        mode.source(of: first + (i - $0) * step, count: stage.dimensions.z)
      }
    }
    let needed = Set(sources).sorted()
    self.needed = needed
    let place = Dictionary(uniqueKeysWithValues: zip(needed, needed.indices))
    places = sources.map { place[$0] ?? 0 }
  }
}
