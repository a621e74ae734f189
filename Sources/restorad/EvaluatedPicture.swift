import ArgumentParser
import DicomFormat
import Foundation
import NiftiFormat
import VolumeModel

/// A picture that a person wants measured: the first volume of a file or folder.
struct EvaluatedPicture {
  let volume: Volume
  private let meaningless: Mask?

  init(_ path: String) throws {
    let files = try Self.files(at: path)
    do {
      if let nifti = files.first(where: { NiftiProbe.isNiftiName($0) }) {
        let scan = try NiftiFile.read(path: nifti)
        guard let first = scan.volumes.first else { throw ExitStatus.badInput.code }
        volume = first
        meaningless = scan.excluded.first ?? nil
      } else {
        guard let stack = try DicomSeries.read(paths: files).stacks.first else {
          throw ExitStatus.badInput.code
        }
        volume = stack.volume
        meaningless = stack.excluded
      }
    } catch let error as NiftiError {
      Console.say("\(path): \(error)")
      throw ExitStatus.badInput.code
    } catch let error as DicomError {
      Console.say("\(path): \(error)")
      throw ExitStatus.badInput.code
    }
  }

  /// The file itself, or the files of a folder; of a job folder those of its result.
  private static func files(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      Console.say("\(path): no such file or folder")
      throw ExitStatus.noInput.code
    }
    guard isFolder.boolValue else { return [path] }
    let folder = URL(fileURLWithPath: path)
    let result = folder.appendingPathComponent("result")
    let place = FileManager.default.fileExists(atPath: result.path) ? result : folder
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
    let scans = names.filter {
      NiftiProbe.isNiftiName($0) || !($0.hasPrefix(".") || $0.hasSuffix(".json"))
    }
    guard !scans.isEmpty else {
      Console.say("\(path): the folder holds no scan")
      throw ExitStatus.badInput.code
    }
    return scans.map { place.appendingPathComponent($0).path }
  }

  /// What to leave out: voxels without meaning, and those outside a mask.
  func excluded(outside mask: Volume?) -> Mask? {
    guard let mask else { return meaningless }
    var excluded = meaningless ?? Mask(dimensions: volume.dimensions, repeating: false)
    for index in mask.voxels.indices where mask.voxels[index] == 0 { excluded[index] = true }
    return excluded
  }

  /// The picture as a mask when it holds nothing but 0 and one other value.
  var asMask: Mask? {
    let other = volume.voxels.first { $0 != 0 } ?? 1
    guard volume.voxels.allSatisfy({ $0 == 0 || $0 == other }) else { return nil }
    return Mask(dimensions: volume.dimensions, bits: volume.voxels.map { $0 == 0 ? 0 : 1 })
  }
}
