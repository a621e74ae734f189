import ArchiveFormat
import NiftiFormat
import ScanModel

/// Looks at an archive.
enum ArchiveProbe {
  /// Says whether an archive is all there, and whether it may be unpacked: every member is read.
  static func verdict(_ path: String) -> ProbeVerdict {
    do {
      let census = try Archive.census(of: path)
      // libarchive passes over the sums of a gzip file.
      if ArchiveKind(name: path) == .packedTar {
        try GzipCheck.verify(path: path) { ArchiveLimits().bytes(forArchiveOf: $0) }
      }
      if census.files == 0 { return .notScan("the archive: it holds no files") }
      return .whole(
        FileFacts(
          format: .archive, archive: ArchiveFacts(files: census.files, bytes: census.bytes)))
    } catch let error as ArchiveError {
      switch error.code {
      case .malformed, .refused, .writeFailed: return .notScan("the archive: \(error.reason)")
      case .truncated, .damaged, .readFailed: return .incomplete("the archive: \(error.reason)")
      }
    } catch let error as NiftiError {
      return error.code == .malformed
        ? .notScan("the archive: \(error.reason)") : .incomplete("the archive: \(error.reason)")
    } catch {
      return .incomplete("the archive cannot be read")
    }
  }
}
