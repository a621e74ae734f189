public import Disk
public import GRDB

/// A file of a job.
public struct FileRecord: Sendable, Codable, Equatable, FetchableRecord, PersistableRecord {
  /// The table.
  public static let databaseTableName = "jobFile"

  /// Its job.
  public var job: String
  /// Where it stands below the job's `in` folder, as an encoded path.
  public var name: String
  /// Where it was found, as an encoded path.
  public var source: String
  /// Bytes.
  public var bytes: Int
  /// SHA-256; empty until the file was claimed.
  public var sha256: String
  /// SOP Instance UID, or empty.
  public var sopInstanceUID: String
  /// Status when it was found to be whole: inode, device, and the two times in nanoseconds.
  public var inode: Int64
  /// The device that it was found on.
  public var device: Int64
  /// When its content had last changed.
  public var modified: Int
  /// When its content or attributes had last changed.
  public var changed: Int

  /// Creates a record of a file as it stands in the inbox.
  public init(
    job: String, name: String, source: String, status: FileStatus, sopInstanceUID: String
  ) {
    self.job = job
    self.name = name
    self.source = source
    bytes = status.size
    sha256 = ""
    self.sopInstanceUID = sopInstanceUID
    inode = Int64(bitPattern: status.inode)
    device = Int64(bitPattern: status.device)
    modified = status.modified
    changed = status.changed
  }

  /// The status that the file had.
  public var status: FileStatus {
    FileStatus(
      kind: .file, size: bytes, modified: modified, changed: changed,
      inode: UInt64(bitPattern: inode), device: UInt64(bitPattern: device))
  }
}
