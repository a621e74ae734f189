import ArgumentParser
import Foundation
import NiftiFormat
import Recipes
import Restoration
import VolumeModel

struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "A step of a recipe, as recipes name it.")

  @Argument(help: "The step's name.") var name: String
  @Argument(help: "A NIfTI file.") var input: String
  @Option(help: "The step's parameters as a JSON object.") var parameters = "{}"
  @Option(help: "The modality that the defaults follow.") var modality: String?
  @OptionGroup var timing: TimingOptions

  func run() throws {
    let given = try JSONDecoder().decode(
      [String: ParameterValue].self, from: Data(parameters.utf8))
    let method = try RecipeStep(name, given).method(for: modality)
    let scan = try NiftiFile.read(path: input)
    try timing.time {
      if scan.volumes.count > 1, let joint = method as? any JointRestoration {
        let (volumes, figures) = try joint.apply(
          together: scan.volumes, excluding: scan.excluded, work: .unattended)
        return Outcome(volumes, figures)
      }
      let restored = try zip(scan.volumes, scan.excluded).map {
        try method.apply(to: $0, excluding: $1, work: .unattended)
      }
      return Outcome(restored.map(\.volume), restored.first?.figures ?? [:])
    }
  }
}
