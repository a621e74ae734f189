import ArchiveFormat
import DicomFormat
import Foundation
import NiftiFormat
public import ScanModel
import VolumeModel

/// Looks at a file of any kind.
public enum ScanProbe {
  private static let companionEndings = [".json", ".bval", ".bvec"]

  /// Says what a file is and whether it is all there; never throws.
  ///
  /// Content goes before name: DICOM has been called `.img` too.
  public static func verdict(_ path: String, _ question: ProbeQuestion) -> ProbeVerdict {
    let lowered = path.lowercased()
    let isNiftiByName =
      NiftiProbe.isNiftiName(path) || companionEndings.contains { lowered.hasSuffix($0) }
    let isArchiveByName = ArchiveKind(name: path) != nil
    if isArchiveByName && !hasDicomPrefix(path) { return ArchiveProbe.verdict(path) }
    if isNiftiByName && !hasDicomPrefix(path) {
      return lookingForMetal(
        NiftiProbe.verdict(path: path, question: question), path, question)
    }
    return DicomProbe.verdict(path: path, question: question)
  }

  /// Adds to the facts of a CT whether it shows metal, when that was asked.
  private static func lookingForMetal(
    _ verdict: ProbeVerdict, _ path: String, _ question: ProbeQuestion
  ) -> ProbeVerdict {
    guard case .whole(var facts) = verdict, question.metal, facts.skipReason == nil,
      (facts.attributes["Modality"]?.first ?? question.assumedModality) == "CT",
      // What cannot be read after all is refused when the job is; metal stays unknown.
      let scan = try? NiftiFile.read(path: path)
    else { return verdict }
    facts.nifti?.hasMetal = scan.volumes.contains(where: showsMetal)
    return .whole(facts)
  }

  private static func showsMetal(_ volume: Volume) -> Bool {
    (0..<volume.dimensions.z).contains { z in
      let plane = volume.voxels[z * volume.planeCount..<(z + 1) * volume.planeCount]
      return MetalPresence.isPresent(hounsfield: Array(plane), columns: volume.dimensions.x)
    }
  }

  private static func hasDicomPrefix(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: 132)) ?? Data()
    return head.count == 132 && head.suffix(4).elementsEqual("DICM".utf8)
  }
}
