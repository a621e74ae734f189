import DicomFormat
import NiftiFormat
public import ScanModel

/// Looks at a file of any kind.
public enum ScanProbe {
  /// Says what a file is and whether it is all there; never throws.
  public static func verdict(_ path: String, _ question: ProbeQuestion) -> ProbeVerdict {
    if NiftiProbe.isScanName(path) { return NiftiProbe.verdict(path: path, question: question) }
    return DicomProbe.verdict(path: path, question: question)
  }
}
