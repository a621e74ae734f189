import Disk
import ScanModel

extension InboxDesk {
  /// What is known of a file.
  ///
  /// The facts stand apart, so that an entry is small: 100,000 of them may lie at rest.
  indirect enum Note {
    /// Seen, not yet quiet.
    case settling
    /// Quiet; a worker is to look at it. Counts how often a worker was lost over it.
    case toProbe(losses: Int)
    /// A worker is looking.
    case probing(losses: Int)
    /// Quiet, but not to be looked at yet.
    case waiting(Obstacle)
    /// Whole, waiting for the rest of its scan.
    case whole(FileFacts)
    /// Belongs to a scan that opens with another file.
    case companion
    /// Quiet, but something is missing.
    case incomplete(String)
    /// Can never become a scan: to be set aside as soon as that is possible.
    case rejected(String)
    /// Left where it is for good, such as an index, or an original that was taken and left.
    case passedOver
  }

  /// Why a quiet file is not looked at yet.
  enum Obstacle {
    /// Someone has it open for writing.
    case writer
    /// Parts of it were never written.
    case holes
    /// The same, but nobody has it open: a sparse copy most likely, or a transfer that broke off.
    case restingHoles
    /// This user may not read it.
    case permission
  }

  struct Entry {
    var status: FileStatus
    var note: Note
    /// When it last was seen to change, or was found quiet.
    var since: Double
    /// What barred it last, since it last changed.
    var barrier: Obstacle?
  }

  /// Waits of one inbox, in seconds.
  struct Patience: Equatable {
    var file: Double
    var series: Double
    var longest: Double
    /// How long an incomplete file is waited for.
    var incomplete: Double
    /// How long a file is waited for that has parts which were never written, but no writer.
    var holes: Double
    /// How long the missing part of a series is waited for.
    var lacking: Double
    /// How long a volume that does not say what it shows is kept for its sidecar.
    var sidecar: Double
  }
}
