import ArgumentParser
import NiftiFormat
import Quality
import VolumeModel

struct SimilarityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similarity",
    abstract: "SSIM of two pictures, and what is measured together with it.")

  @Argument(help: "A NIfTI file.") var reference: String
  @Argument(help: "A NIfTI file of the same grid.") var restored: String
  @Option(help: "The range of the values.") var range = 255.0
  @OptionGroup var timing: TimingOptions

  func run() throws {
    guard let first = try NiftiFile.read(path: reference).volumes.first,
      let second = try NiftiFile.read(path: restored).volumes.first
    else { throw ValidationError("the files hold no volume") }
    // Gaussian of deviation 1.5, population covariance: the window of the paper.
    let window = StructuralSimilarity(
      window: .gaussian, isVolumetric: !first.isPlanar, usesSampleCovariance: false)
    try timing.time {
      let found = try Comparison.measure(
        reference: first, restored: second, dataRange: range, similarity: window)
      return Outcome([], figures: ["ssim": found.ssim, "psnr": found.psnrDecibel])
    }
  }
}
