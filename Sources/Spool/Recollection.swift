import JobLedger
import ScanModel
import Worker

/// What the archived originals of a published job say, read once more because files of its series
/// came late.
///
/// Only a worker reads them; until it has, the late files wait where they are.
struct Recollection {
  /// The inbox that the late files lie in.
  var inbox: String
  /// The series.
  var series: String
  /// The assignment that reads the originals.
  var task: String
  /// The originals, in the order in which they are read.
  var files: [FileRecord]
  /// What each of them says, by name.
  private(set) var facts: [String: FileFacts] = [:]
  /// Why they cannot be used; nil while nothing speaks against it.
  private(set) var obstacle: String?
  private var heard = 0

  init(inbox: String, series: String, task: String, files: [FileRecord]) {
    self.inbox = inbox
    self.series = series
    self.task = task
    self.files = files
  }

  /// Whether a worker is still at them.
  var isOpen: Bool { obstacle == nil && heard < files.count }

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
}
