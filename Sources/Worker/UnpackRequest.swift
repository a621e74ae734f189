import Disk
import SystemPackage

/// Which archive to unpack, and where.
public struct UnpackRequest: Sendable, Codable {
  /// Where it stands, as an encoded path.
  public var path: String
  /// The folder to fill; it exists and is empty.
  public var output: String
  /// The files that are wanted of it, as encoded paths in the archive; nil for all of it.
  public var members: [String]?

  /// Creates a request.
  public init(path: String, output: String, members: [String]? = nil) {
    self.path = path
    self.output = output
    self.members = members
  }

  /// Whether only some files are wanted: those of a look, not of a job.
  public var isPartial: Bool { members != nil }

  /// The files that are wanted, as bytes; nil for all.
  var wanted: Set<[UInt8]>? { members.map { Set($0.map { FilePath(encoded: $0).bytes }) } }
}
