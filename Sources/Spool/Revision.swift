import JobLedger
import ScanModel
import SystemPackage

/// A series that is put together anew, because files of it came after it was published.
struct Revision {
  /// The job whose result is superseded.
  var predecessor: JobRecord
  /// Those of its files that did not come again; they are copied out of the archive.
  var recalled: [FileRecord]
  /// What their headers say, in the same order.
  var facts: [FileFacts]
  /// Where each of them stands.
  var places: [FilePath]
  /// Whether they were taken out of archives: then what stands there is nobody else's.
  var isUnpacked = false

  /// Bytes that are copied.
  var bytes: Int { isUnpacked ? 0 : recalled.reduce(0) { $0 + $1.bytes } }

  /// The whole series: the files that came now, and those from the archive.
  func whole(with late: ArrivedScan) -> ArrivedScan {
    var whole = late
    whole.members += zip(recalled, facts).map { file, facts in
      ArrivedScan.Member(path: FilePath(file.name), status: file.status, facts: facts)
    }
    var seen: Set<String> = []
    let distinct = whole.facts.compactMap(\.dicom).filter {
      seen.insert($0.sopInstanceUID).inserted
    }
    whole.assembly = SeriesAssembly(of: distinct)
    return whole
  }
}

/// How files that came relate to what their series was published as.
enum Lateness {
  /// They are a scan of their own; where they belong to a series that was published before, the
  /// reason why that cannot be made anew.
  case alone(String?)
  /// That will be known later.
  case unknown
  /// They supersede an earlier result together with its files.
  case revision(Revision)
}
