import DicomFormat
import Foundation
import NiftiFormat
public import ScanModel

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
    if isNiftiByName && !hasDicomPrefix(path) {
      return NiftiProbe.verdict(path: path, question: question)
    }
    return DicomProbe.verdict(path: path, question: question)
  }

  private static func hasDicomPrefix(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: 132)) ?? Data()
    return head.count == 132 && head.suffix(4).elementsEqual("DICM".utf8)
  }
}
