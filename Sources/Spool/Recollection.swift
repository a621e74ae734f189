import JobLedger
import ScanModel
import SystemPackage
import Worker

/// What the archived originals of a published job say, read once more because files of its series
/// came late.
///
/// Only a worker reads them; until it has, the late files wait where they are. Those that came in
/// archives are taken out of them first.
struct Recollection {
  /// The inbox that the late files lie in.
  var inbox: String
  /// The series.
  var series: String
  /// The originals, in the order in which they are read.
  var files: [FileRecord]
  /// Where each of them is found once nothing is packed any more.
  var places: [FilePath]
  /// The archives that some of them are still to be taken out of.
  private(set) var packed: [PackedOriginals]
  /// Where they are taken to; nil when no archive holds any.
  let folder: FilePath?
  /// The assignment that unpacks or reads them; nil until there is a worker for it.
  var task: String?
  /// What each of them says, by name.
  private(set) var facts: [String: FileFacts] = [:]
  /// Why they cannot be used; nil while nothing speaks against it.
  private(set) var obstacle: String?
  private var heard = 0

  /// Notes originals that stand where `place` says, or will once they are unpacked into `folder`.
  init(
    inbox: String, series: String, files: [FileRecord], packed: [PackedOriginals],
    folder: FilePath?, place: (FileRecord) -> FilePath
  ) {
    self.inbox = inbox
    self.series = series
    self.files = files
    self.packed = packed
    self.folder = folder
    places = files.map(place)
  }

  /// Whether there is something to read still.
  var isOpen: Bool { obstacle == nil && heard < files.count }

  /// Notes that the first of the archives was unpacked.
  mutating func noteUnpacked() {
    packed.removeFirst()
    task = nil
  }

  /// Takes in what a worker said of the next original.
  mutating func hear(_ verdict: ProbeVerdict) {
    guard isOpen else { return }
    let file = files[heard]
    heard += 1
    if case .whole(let facts) = verdict, facts.dicom?.sopInstanceUID == file.sopInstanceUID {
      self.facts[file.name] = facts
    } else {
      obstacle = "an original of it is no longer what it was"
    }
  }

  /// Notes that a worker was lost over an original.
  mutating func hearLoss() { obstacle = "a worker was lost over one of its originals" }

  /// Notes that an archive is refused that was unpacked before.
  mutating func hearRefusal() { obstacle = "an archive that holds originals is not what it was" }
}

/// Originals of a published job that stand in an archive.
struct PackedOriginals {
  /// The archive's job.
  var job: String
  /// The archive's own name, with the folders that it lay in.
  var name: FilePath
  /// Where it stands.
  var archive: FilePath
  /// The paths of the originals in it.
  var members: [FilePath]
  /// Their bytes.
  var bytes: Int
}
