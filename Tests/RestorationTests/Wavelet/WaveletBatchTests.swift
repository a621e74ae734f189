import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Wavelets a few slices at a time")
struct WaveletBatchTests {
  @Test(
    "No sample is replaced before the last coefficient that needs it, and all are in the end",
    arguments: WaveletExtension.allCases, [1, 2, 5, 30, 100, 257])
  func schedule(mode: WaveletExtension, count: Int) {
    for (taps, level, batch) in [(2, 0, 1), (8, 0, 7), (8, 2, 48), (40, 1, 16)] {
      let reach = (taps - 1) << level
      let sources = (0..<(count + reach)).map { o in
        (0..<taps).map { mode.source(of: o - $0 << level, count: count) }
      }
      let plan = SliceBatches(sources: sources, count: count, batch: batch)
      var (made, written) = (0, 0)
      for step in plan.batches {
        #expect(step.coefficients.lowerBound == made && !step.coefficients.isEmpty)
        #expect(step.samples.lowerBound == written)
        // A sample is merged from the coefficients up to the filter's reach after it.
        let last = step.samples.upperBound - 1 + reach
        #expect(step.samples.isEmpty || last < step.coefficients.upperBound)
        let needed = sources[step.coefficients].joined().min() ?? 0
        #expect(needed >= written, "a coefficient reads a sample that is gone")
        #expect(step.coefficients.upperBound - written <= plan.capacity)
        (made, written) = (step.coefficients.upperBound, step.samples.upperBound)
      }
      #expect(made == count + reach && written == count)
      if mode == .symmetric { #expect(plan.capacity <= batch + 2 * reach) }
    }
  }

  /// A volume of waves and noise, and the same with x and z exchanged.
  private func phantom() -> (long: Volume, turned: Volume) {
    let (x, y, z) = (72, 80, 130)
    var random = SplitMix64(seed: 5)
    var long = Volume(dimensions: [x, y, z], repeating: 0)
    var turned = Volume(dimensions: [z, y, x], repeating: 0)
    for k in 0..<z {
      for j in 0..<y {
        for i in 0..<x {
          let wave = Float((i / 9 + j / 11 + k / 13) % 3) * 100
          let value = wave + Float(random.next() % 1000) / 50
          long[i, j, k] = value
          turned[k, j, i] = value
        }
      }
    }
    return (long, turned)
  }

  @Test(
    "Slices in batches, or in classes from four levels on, give what turned volumes give",
    arguments: [("db4", 3), ("db2", 4)])
  func batchesAgree(wavelet: String, levels: Int) throws {
    let (long, turned) = phantom()
    for mode in WaveletExtension.allCases {
      var method = WaveletShrinkage()
      method.wavelet = wavelet
      method.levels = levels
      method.mode = mode
      method.threshold = .value(12)
      method.dimensions = .three
      let ahead = try method.apply(to: long, excluding: nil, work: .unattended).volume
      let across = try method.apply(to: turned, excluding: nil, work: .unattended).volume
      var worst: Float = 0
      for k in 0..<130 {
        for j in 0..<80 {
          for i in 0..<72 { worst = max(worst, abs(ahead[i, j, k] - across[k, j, i])) }
        }
      }
      // Axes are filtered in another order, so sums of some hundred values round differently.
      #expect(worst < 2e-3, "\(mode)")
    }
  }
}
