import Disk
public import SystemPackage

/// Where everything stands below the state folder.
public struct StateFolders: Sendable {
  /// The state folder itself.
  public let root: FilePath

  /// Names the folders below `root`.
  public init(root: FilePath) { self.root = root }

  /// The ledger.
  public var ledger: FilePath { root.appending("ledger.sqlite") }
  /// What says that a daemon owns the folder.
  public var lock: FilePath { root.appending("lock") }
  /// Jobs in progress.
  public var work: FilePath { root.appending("work") }
  /// Originals of jobs that are done.
  public var archive: FilePath { root.appending("archive") }
  /// Originals that nothing could be made of.
  public var quarantine: FilePath { root.appending("quarantine") }

  /// What is known of jobs that came to rest, a file each: what the ledger is built from anew.
  public var cards: FilePath { root.appending("jobs") }
  /// Keeps two who remove originals from each other's way.
  public var removalLock: FilePath { root.appending("prune.lock") }

  /// A job's folder while it is in progress.
  public func work(_ job: String) -> FilePath { work.appending(job) }
  /// A job's originals while it is in progress.
  public func originals(_ job: String) -> FilePath { work(job).appending("in") }
  /// What an attempt makes; each attempt has its own, so a worker that comes back from the dead
  /// writes where nobody looks.
  ///
  /// An attempt is named by its number and a mark: a number may come again, after an attempt that
  /// did not count.
  public func output(_ job: String, attempt: String) -> FilePath {
    work(job).appending("out-\(attempt)")
  }
  /// Whether an entry of a job's folder is what an attempt made.
  static func isOutput(_ name: FilePath.Component) -> Bool { name.string.hasPrefix("out-") }
  /// A job's originals when it is done.
  public func archive(_ job: String) -> FilePath { archive.appending(job) }
  /// A job's originals when it failed.
  public func quarantine(_ job: String) -> FilePath { quarantine.appending(job) }

  /// What is known of a job while it is in progress: written before its first file moves.
  public func workCard(_ job: String) -> FilePath { work(job).appending("job.json") }
  /// What is known of a job at rest: written before its originals leave the work folder.
  ///
  /// A folder a day, by the job's name.
  public func restingCard(_ job: String) -> FilePath {
    cards.appending(String(job.prefix(8))).appending(job + ".json")
  }

  /// Makes the folders that are missing.
  func prepare(on disk: any FileSystem) throws(FileError) {
    for folder in [root, work, archive, quarantine, cards] { try disk.makeFolder(folder) }
    // A process that was killed between making and syncing them left names that are not durable.
    try disk.sync(folder: root)
  }
}
