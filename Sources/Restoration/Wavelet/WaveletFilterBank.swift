/// The four filters of a two-channel wavelet filter bank, in PyWavelets' convention.
package struct WaveletFilterBank: Sendable, Equatable {
  /// Low-pass decomposition filter, convolved with the signal.
  package let lowDecomposition: [Float]
  /// High-pass decomposition filter.
  package let highDecomposition: [Float]
  /// Low-pass reconstruction filter.
  package let lowReconstruction: [Float]
  /// High-pass reconstruction filter.
  package let highReconstruction: [Float]

  /// Length of every filter; even.
  package var length: Int { lowDecomposition.count }

  /// Looks a wavelet up by its name, such as `db4`.
  ///
  /// - Throws: `RestorationError`, code `.invalidParameter`, for a name that is not in `names`.
  package init(named name: String) throws(RestorationError) {
    guard let pair = Self.lowPasses(of: name) else {
      throw RestorationError(
        .invalidParameter,
        "there is no wavelet '\(name)'; known are haar, db1–db20, sym2–sym20, coif1–coif5, "
          + "bior and rbio 1.1 to 6.8")
    }
    // The high passes are the other side's low passes with alternating signs.
    lowDecomposition = pair.decomposition.map { Float($0) }
    lowReconstruction = pair.reconstruction.map { Float($0) }
    highDecomposition = lowReconstruction.enumerated().map { $0 % 2 == 0 ? -$1 : $1 }
    highReconstruction = lowDecomposition.enumerated().map { $0 % 2 == 0 ? $1 : -$1 }
  }

  /// Names of all wavelets, by family.
  package static let names: [String] =
    ["haar"] + (1...20).map { "db\($0)" } + (2...20).map { "sym\($0)" }
    + (1...5).map { "coif\($0)" }
    + ["bior", "rbio"].flatMap { family in
      WaveletTables.biorthogonal.keys.sorted().map { family + $0 }
    }

  private static func lowPasses(
    of name: String
  ) -> (decomposition: [Double], reconstruction: [Double])? {
    if name == "haar" { return lowPasses(of: "db1") }
    let family = String(name.prefix { $0.isLetter })
    let order = String(name.dropFirst(family.count))
    switch family {
    case "db": return orthogonal(WaveletTables.daubechies, order, first: 1)
    case "sym": return orthogonal(WaveletTables.symlets, order, first: 2)
    case "coif": return orthogonal(WaveletTables.coiflets, order, first: 1)
    case "bior": return WaveletTables.biorthogonal[order]
    case "rbio":
      // The same pair with the sides exchanged and turned round.
      return WaveletTables.biorthogonal[order].map {
        (Array($0.reconstruction.reversed()), Array($0.decomposition.reversed()))
      }
    default: return nil
    }
  }

  private static func orthogonal(
    _ family: [[Double]], _ order: String, first: Int
  ) -> (decomposition: [Double], reconstruction: [Double])? {
    guard let number = Int(order), String(number) == order,
      family.indices.contains(number - first)
    else { return nil }
    let filter = family[number - first]
    return (Array(filter.reversed()), filter)
  }
}
