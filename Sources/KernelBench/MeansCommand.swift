import ArgumentParser
import NiftiFormat
import Restoration
import RestorationKernels
import VolumeModel

struct MeansCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "means",
    abstract: "Non-local means of a Rician volume with the weights that DIPY's classic method has.",
    discussion: """
      No noise is taken off a patch's distance, h² is √2 σ², no weight is cut. DIPY counts the \
      patch into its block: block radius 2 with patch radius 1 is --search 1.
      """)

  @Argument(help: "A NIfTI file.") var input: String
  @Option(help: "Standard deviation of the noise.") var sigma: Double
  @Option(help: "Radius of the patch.") var patch = 1
  @Option(help: "Radius of the search window.") var search = 1
  @OptionGroup var timing: TimingOptions

  func run() throws {
    guard let volume = try NiftiFile.read(path: input).volumes.first else {
      throw ValidationError("the file holds no volume")
    }
    let power = sigma * sigma
    let likeness = PatchLikeness(
      patchRadius: SIMD3(repeating: patch), searchRadius: SIMD3(repeating: search),
      noiseFloor: 0, filteringStrength: Float((2.0.squareRoot() * power).squareRoot()),
      cutoff: 87, averagesSquares: true)
    let reach = likeness.searchRadius &+ likeness.patchRadius
    // The tiles of the method itself.
    let tiles = Tiles(of: volume.dimensions, size: [64, 32, 16])
    try timing.time {
      var voxels = try tiles.fill(work: .unattended) { box, output in
        let image = PaddedVolume(
          volume.voxels, dimensions: volume.dimensions, rim: likeness.patchRadius, around: box,
          reach: reach)
        NonLocalMeansTile(box: box, likeness: likeness)
          .average(image, validity: nil, into: &output)
      }
      let bias = Float(2 * power)
      for i in voxels.indices { voxels[i] = max(voxels[i] - bias, 0).squareRoot() }
      return Outcome([volume.replacingVoxels(voxels)])
    }
  }
}
