import Restoration
import Testing

@Suite struct NoiseRicianMomentsTests {
  @Test("Means and variances are those of the Rician distribution")
  func moments() throws {
    let expected = try NoiseFilterOracle.read("noise.json")
    let signals = expected["signal"] ?? []
    #expect(signals.count > 5)
    for (index, signal) in signals.enumerated() {
      let (mean, variance) = (expected["mean"]?[index] ?? 0, expected["variance"]?[index] ?? 0)
      #expect(abs(RicianMoments.mean(snr: signal) - mean) < 1e-11 * mean)
      #expect(abs(RicianMoments.variance(snr: signal) - variance) < 1e-9)
    }
  }

  @Test("Signal and variance are found again from the mean", arguments: [0.2, 1, 3, 10, 31, 50])
  func inverse(signal: Double) {
    // Beyond the table the mean is that of the series signal + 1 / (2 signal).
    let mean = signal < 32 ? RicianMoments.mean(snr: signal) : signal + 0.5 / signal
    #expect(abs(RicianMoments.signal(meanRatio: mean) - signal) < 2e-3)
    let variance = signal < 32 ? RicianMoments.variance(snr: signal) : 1
    #expect(abs(RicianMoments.variance(meanRatio: mean) - variance) < 1e-3)
  }

  @Test("Below the mean of no signal there is none")
  func noSignal() {
    #expect(RicianMoments.signal(meanRatio: 1.2) == 0)
    #expect(abs(RicianMoments.variance(meanRatio: 0) - (2 - Double.pi / 2)) < 1e-12)
  }
}
