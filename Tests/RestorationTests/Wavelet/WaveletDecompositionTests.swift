import Restoration
import Testing
import VolumeModel

@Suite("Wavelet decomposition")
struct WaveletDecompositionTests {
  @Test("Unknown wavelets are refused", arguments: ["db0", "db21", "sym1", "db04", "", "bior9.9"])
  func unknownWavelet(name: String) {
    #expect(throws: RestorationError.self) { try WaveletFilterBank(named: name) }
  }

  @Test("Every band equals PyWavelets' for all wavelets, both modes, odd and even lengths")
  func equalsPyWavelets() throws {
    for expected in try WaveletExpectations.read().decompositions {
      let (samples, result) = try decompose(expected)
      for (level, projections) in expected.projections.enumerated() {
        let found = result.levels[level]
        for (band, projection) in projections.enumerated() {
          guard let projection else { continue }
          let values = found.coefficients[found.range(ofBand: band)]
          let error = abs(WaveletExpectations.project(values) - projection)
          #expect(error < 1e-6 * Double(values.count).squareRoot().rounded(.up), "\(expected)")
        }
      }
      let back = result.reconstructed()
      #expect(back.count == samples.count)
      let worst = zip(back, samples).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-6, "\(expected.wavelet) \(expected.mode) \(expected.dimensions)")
    }
  }

  private func decompose(
    _ expected: WaveletExpectations.Decomposition
  ) throws -> ([Float], WaveletDecomposition) {
    let dimensions = SIMD3(
      expected.dimensions[0], expected.dimensions[1], expected.dimensions[2])
    let samples = WaveletExpectations.pattern(dimensions.x * dimensions.y * dimensions.z)
    let mode = try #require(WaveletExtension(rawValue: expected.mode))
    let result = WaveletDecomposition(
      of: samples, dimensions: dimensions, bank: try WaveletFilterBank(named: expected.wavelet),
      levels: expected.levels, mode: mode, axes: [0, 1, 2].filter { dimensions[$0] > 1 })
    return (samples, result)
  }

  @Test("The maximum level is the last whose filter fits the shortest axis")
  func maximumLevels() {
    let levels = { (dimensions: SIMD3<Int>, length: Int) in
      WaveletDecomposition.maximumLevels(
        dimensions: dimensions, axes: [0, 1], filterLength: length)
    }
    #expect(levels([512, 512, 1], 8) == 6)
    #expect(levels([512, 14, 1], 8) == 1)
    #expect(levels([512, 13, 1], 8) == 0)
    #expect(levels([64, 64, 1], 2) == 6)
  }
}
