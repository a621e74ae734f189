import ArgumentParser
import Foundation
import Quality
import VolumeModel

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the quality of a result, alone or against a reference.",
    discussion: """
      With --reference: PSNR (dB), SSIM and mean absolute error. Without: entropy (bit), contrast, \
      sharpness and noise. When both pictures hold only 0 and one other value, they are compared \
      as masks: Dice, IoU and Hausdorff distance (mm).
      """)

  @Argument(help: "A DICOM or NIfTI file, a folder with one series, or a job folder.")
  var result: String
  @Option(help: "The picture to compare with, on the same grid.")
  var reference: String?
  @Option(help: "Count only where this picture is not 0.")
  var mask: String?
  @Flag(help: "One JSON object a line.")
  var json = false

  func run() throws {
    do {
      try measure()
    } catch let error as QualityError {
      Console.say("restorad: \(error)")
      throw ExitStatus.badInput.code
    }
  }

  private func measure() throws {
    let picture = try EvaluatedPicture(result)
    let chosen = try mask.map { try EvaluatedPicture($0) }
    if let chosen, chosen.volume.dimensions != picture.volume.dimensions {
      throw ValidationError("the mask has another grid than the result")
    }
    let excluded = picture.excluded(outside: chosen?.volume)
    let figures: [(String, Double)]
    if let reference {
      let other = try EvaluatedPicture(reference)
      guard other.volume.dimensions == picture.volume.dimensions else {
        Console.say("restorad: the reference has another grid than the result")
        throw ExitStatus.badInput.code
      }
      figures = try Self.compare(picture, other, excluded)
    } else {
      let alone = try QualityFigures.measure(picture.volume, excluding: excluded)
      figures = [
        ("entropy", alone.entropy), ("contrast", alone.contrast), ("sharpness", alone.sharpness),
        ("noise_sigma", alone.noiseSigma),
      ]
    }
    try show(figures)
  }

  private static func compare(
    _ picture: EvaluatedPicture, _ other: EvaluatedPicture, _ excluded: Mask?
  ) throws -> [(String, Double)] {
    if let a = picture.asMask, let b = other.asMask {
      let overlap = try Overlap.measure(a, b, spacing: picture.volume.voxelSpacing)
      return [
        ("dice", overlap.dice), ("iou", overlap.iou),
        ("hausdorff_mm", overlap.hausdorffMillimetre),
      ]
    }
    let comparison = try Comparison.measure(
      reference: other.volume, restored: picture.volume, excluding: excluded)
    return [
      ("psnr_db", comparison.psnrDecibel), ("ssim", comparison.ssim), ("mae", comparison.mae),
      ("mean_shift", comparison.meanShift),
    ]
  }

  private func show(_ figures: [(String, Double)]) throws {
    if json {
      let finite = figures.filter { $0.1.isFinite }
      try Console.printLine(Dictionary(finite) { $1 })
      return
    }
    for (name, value) in figures {
      print("\(name.padding(toLength: 14, withPad: " ", startingAt: 0)) \(value)")
    }
  }
}
