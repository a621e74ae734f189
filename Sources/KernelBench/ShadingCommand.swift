import ArgumentParser
import NiftiFormat
import Restoration
import VolumeModel

struct ShadingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shading",
    abstract: "The log field that n4 finds, with a mask of the caller's.")

  @Argument(help: "A NIfTI file.") var input: String
  @Argument(help: "A NIfTI file that is not 0 where the field is fitted.") var mask: String
  @Option(help: "Every so many-th voxel is fitted.") var shrink = 4
  @Option(
    help: """
      default: as the step does, with the mask. peer: ITK's algorithm on the input's own grid, \
      4 x 50 iterations to 1e-7.
      """)
  var like = Likeness.default
  @OptionGroup var timing: TimingOptions

  enum Likeness: String, ExpressibleByArgument {
    case `default`
    case peer
  }

  func run() throws {
    guard let volume = try NiftiFile.read(path: input).volumes.first,
      let chosen = try NiftiFile.read(path: mask).volumes.first
    else { throw ValidationError("the files hold no volume") }
    var method = like == .peer ? N4BiasCorrection.itk : N4BiasCorrection()
    method.shrink = shrink
    if like == .peer { method.convergenceThreshold = 1e-7 }
    let fitted = Mask(dimensions: chosen.dimensions, bits: chosen.voxels.map { $0 > 0 ? 1 : 0 })
    try timing.time {
      let correction = try method.correct(volume, mask: fitted)
      return Outcome([correction.logBiasField], correction.figures)
    }
  }
}
