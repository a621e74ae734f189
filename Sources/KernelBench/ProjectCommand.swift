import ArgumentParser
import NiftiFormat
import Restoration
import RestorationKernels
import VolumeModel

struct ProjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project",
    abstract: "The line integrals of a slice, in views over half a turn.")

  @Argument(help: "A NIfTI file of one slice.") var input: String
  @Option(help: "Directions over half a turn.") var views = 720
  @OptionGroup var timing: TimingOptions

  func run() throws {
    let plane = try Slice.read(input)
    let beam = plane.beam(views: views)
    try timing.time {
      let sinogram = Sinogram(of: plane.voxels, beam: beam)
      return Outcome([
        Volume(dimensions: [beam.detectors, beam.views, 1], voxels: sinogram.values)
      ])
    }
  }
}

struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Filtered back-projection of a slice's own line integrals.")

  @Argument(help: "A NIfTI file of one slice.") var input: String
  @Option(help: "Directions over half a turn.") var views = 720
  @OptionGroup var timing: TimingOptions

  func run() throws {
    let plane = try Slice.read(input)
    let sinogram = Sinogram(of: plane.voxels, beam: plane.beam(views: views))
    try timing.time { Outcome([plane.replacingVoxels(sinogram.reconstructed())]) }
  }
}

/// The slice of a file.
private enum Slice {
  static func read(_ path: String) throws -> Volume {
    guard let plane = try NiftiFile.read(path: path).volumes.first, plane.isPlanar else {
      throw ValidationError("\(path) does not hold one slice")
    }
    return plane
  }
}

extension Volume {
  fileprivate func beam(views: Int) -> ParallelBeam {
    ParallelBeam(columns: dimensions.x, rows: dimensions.y, views: views)
  }
}
