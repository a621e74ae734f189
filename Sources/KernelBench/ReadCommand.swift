import ArgumentParser
import DicomFormat
import Foundation
import NiftiFormat
import ScanModel
import VolumeModel

struct ReadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read", abstract: "From a NIfTI file or a folder of DICOM files to float volumes.")

  @Argument(help: "A NIfTI file, or a folder with the files of one series.") var input: String
  @OptionGroup var timing: TimingOptions

  func run() throws {
    if NiftiProbe.isNiftiName(input) {
      try timing.time { Outcome(try NiftiFile.read(path: input).volumes) }
    } else {
      let files = try Folder.files(input)
      try timing.time { Outcome(try DicomSeries.read(paths: files).stacks.map(\.volume)) }
    }
  }
}

struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "A NIfTI file's volumes, written again as float32.")

  @Argument(help: "A NIfTI file.") var input: String
  @Argument(help: "Where to write: .nii or .nii.gz.") var target: String
  @OptionGroup var timing: TimingOptions

  func run() throws {
    let scan = try NiftiFile.read(path: input)
    try timing.time {
      try NiftiWriter.write(scan, volumes: scan.volumes, to: target)
      return Outcome([])
    }
  }
}

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "A first look at each file of a folder, one after the other.")

  @Argument(help: "A folder of DICOM files.") var input: String
  @OptionGroup var timing: TimingOptions

  func run() throws {
    let files = try Folder.files(input)
    let question = ProbeQuestion(keywords: ["Modality", "SeriesDescription"])
    try timing.time {
      let whole = files.count {
        if case .whole = DicomProbe.verdict(path: $0, question: question) { true } else { false }
      }
      return Outcome([], figures: ["files": Double(files.count), "whole": Double(whole)])
    }
  }
}

private enum Folder {
  /// The files of a folder, by name.
  static func files(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { path + "/" + $0 }
  }
}
