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

  /// A job's folder while it is in progress.
  public func work(_ job: String) -> FilePath { work.appending(job) }
  /// A job's originals while it is in progress.
  public func originals(_ job: String) -> FilePath { work(job).appending("in") }
  /// What an attempt makes; each attempt has its own, so a worker that comes back from the dead
  /// writes where nobody looks.
  public func output(_ job: String, attempt: Int) -> FilePath {
    work(job).appending("out-\(attempt)")
  }
  /// A job's originals when it is done.
  public func archive(_ job: String) -> FilePath { archive.appending(job) }
  /// A job's originals when it failed.
  public func quarantine(_ job: String) -> FilePath { quarantine.appending(job) }

  /// Makes the folders that are missing.
  func prepare(on disk: any FileSystem) throws(FileError) {
    for folder in [root, work, archive, quarantine] { try disk.makeFolder(folder) }
    // A process that was killed between making and syncing them left names that are not durable.
    try disk.sync(folder: root)
  }
}
