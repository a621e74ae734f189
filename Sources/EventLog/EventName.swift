/// The names of everything that Restorad notes; stable, for scripts to select by.
public enum EventName: String, Sendable, Codable, CaseIterable {
  /// Everything is open and the first look at the inboxes has begun.
  case daemonReady = "daemon.ready"
  /// The daemon was asked to stop and puts its work away.
  case daemonStopping = "daemon.stopping"
  /// A configuration was read and is in force.
  case configLoaded = "config.loaded"
  /// A configuration was refused; the one before stays in force.
  case configRefused = "config.refused"
  /// An inbox is watched, and how.
  case inboxWatching = "inbox.watching"
  /// An inbox cannot be read at the moment.
  case inboxUnavailable = "inbox.unavailable"
  /// A file was seen for the first time.
  case fileSeen = "file.seen"
  case fileWaiting = "file.waiting"
  /// A file is left alone, and why.
  case fileIgnored = "file.ignored"
  /// A file that is no readable scan was set aside.
  case fileQuarantined = "file.quarantined"
  /// The files of a series are together, and how that was decided.
  case seriesComplete = "series.complete"
  /// An archive is unpacked, and its files are being taken in.
  case archiveOpened = "archive.opened"
  /// A scan waits for a worker.
  case jobQueued = "job.queued"
  /// A worker has begun.
  case jobStarted = "job.started"
  /// A step of a recipe is done, with its figures.
  case stepFinished = "step.finished"
  /// The result stands in the outbox.
  case jobPublished = "job.published"
  /// The same content under the same recipe was published before.
  case jobDuplicate = "job.duplicate"
  /// The scan is kept and not filtered, and why.
  case jobSkipped = "job.skipped"
  /// The files of an archive became jobs of their own, and these came to rest.
  case jobUnpacked = "job.unpacked"
  /// A person has to decide.
  case jobHeld = "job.held"
  /// Something around the job failed; it is tried again later.
  case jobDeferred = "job.deferred"
  /// The job is given up; its originals are in quarantine.
  case jobFailed = "job.failed"
  /// What keeps workers to their own files, and what this kernel lacks for it; once at the start.
  case workerJail = "worker.jail"
  /// Which instructions workers are built for, once at the start; or why a better program is not used.
  case workerLevel = "worker.level"
  /// A worker ended on its own or was ended at a limit.
  case workerCrashed = "worker.crashed"
  /// Too little space to take on more, or a disk that fails.
  case spoolLow = "spool.low"
  /// What was found half done after a start and how it was put right; or that a disk that was full
  /// or failed serves again.
  case spoolRecovered = "spool.recovered"
  /// The ledger is damaged and was moved aside.
  case ledgerDamaged = "ledger.damaged"
  /// The ledger was built anew from the folders.
  case ledgerRebuilt = "ledger.rebuilt"
  /// A job's originals were removed from archive or quarantine, as a person asked.
  case originalsPruned = "originals.pruned"
  /// The system dropped change events or has none left; the next look finds everything.
  case watchOverflow = "watch.overflow"
}
