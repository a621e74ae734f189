/// Signals behind means of Rician magnitudes and back again, by tables.
struct RicianLevels: Sendable {
  private static let stepsPerSigma: Float = 64
  private static let last = 2_048
  private let signals: [Float]
  private let means: [Float]
  private let sigma: Float

  init(sigma: Double) {
    self.sigma = Float(sigma)
    let ratios = (0...Self.last).map { Double($0) / Double(Self.stepsPerSigma) }
    signals = ratios.map { Float(RicianMoments.signal(meanRatio: $0)) }
    means = ratios.map { Float(RicianMoments.mean(snr: $0)) }
  }

  /// The signal of magnitudes with this mean.
  func signal(ofMean mean: Float) -> Float {
    let ratio = max(mean, 0) / sigma
    return (Self.value(at: ratio, signals) ?? (ratio * ratio - 1).squareRoot()) * sigma
  }

  /// The mean magnitude of this signal.
  func mean(ofSignal signal: Float) -> Float {
    let ratio = max(signal, 0) / sigma
    return (Self.value(at: ratio, means) ?? (ratio * ratio + 1).squareRoot()) * sigma
  }

  /// Interpolates in a table; nil behind its end.
  private static func value(at ratio: Float, _ table: [Float]) -> Float? {
    let place = ratio * stepsPerSigma
    guard place < Float(last) else { return nil }
    let index = Int(place)
    return table[index] + (place - Float(index)) * (table[index + 1] - table[index])
  }
}
