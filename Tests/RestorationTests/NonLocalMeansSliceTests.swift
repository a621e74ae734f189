import Restoration
import Testing
import VolumeModel

/// The noise of a large slice, which is told from a part of it.
@Suite struct NonLocalMeansSliceTests {
  private func sigma(
    of volume: Volume, noise: NoiseModel = .gaussian, excluding excluded: Mask? = nil
  ) throws -> Double {
    let figures = try NonLocalMeans(noise: noise, patchRadius: 1, searchRadius: 1)
      .apply(to: volume, excluding: excluded, work: .unattended).figures
    guard case .number(let sigma) = figures["noise_sigma"] else { return .nan }
    return sigma
  }

  @Test(
    "A third of the places tells the noise as all do, to 4 %", arguments: [3.0, 12],
    [NoiseModel.gaussian, .rician])
  func part(truth: Double, noise: NoiseModel) throws {
    let head = NoisePhantom.head([512, 480, 1])
    let slice =
      noise == .rician
      ? NoisePhantom.rician(head, sigma: truth, seed: 61)
      : NoisePhantom.gaussian(head, sigma: truth, seed: 61)
    let (few, all) = (
      try sigma(of: slice, noise: noise), try NoiseEstimator(model: noise).estimate(slice).sigma
    )
    #expect(few != all)
    #expect(abs(few / all - 1) < 0.04)
  }

  @Test("Where little of a slice counts, all of that tells its noise")
  func little() throws {
    let slice = NoisePhantom.gaussian(NoisePhantom.head([512, 480, 1]), sigma: 8, seed: 63)
    let bits = slice.voxels.indices.map { UInt8($0 % 512 > 90 ? 1 : 0) }
    let excluded = Mask(dimensions: slice.dimensions, bits: bits)
    let all = try NoiseEstimator(model: .gaussian).estimate(slice, excluding: excluded).sigma
    #expect(try sigma(of: slice, excluding: excluded) == all)
  }
}
