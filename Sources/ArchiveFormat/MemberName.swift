/// A member's path, found to lead nowhere but below the folder that it is unpacked into.
struct MemberName: Hashable {
  /// The parts of the path as bytes, none of them empty, `.` or `..`.
  let parts: [[UInt8]]

  /// Takes a member's path apart; nil for that of the archive's own root, such as `./`.
  ///
  /// - Throws: `refused` for a path that is absolute, leads upwards, or is too long or too deep.
  init?(_ bytes: [UInt8], _ limits: ArchiveLimits) throws(ArchiveError) {
    let slash = UInt8(ascii: "/")
    let dot = UInt8(ascii: ".")
    guard bytes.first != slash else {
      throw ArchiveError(.refused, "a member's path is absolute")
    }
    guard bytes.count <= limits.pathBytes else {
      throw ArchiveError(.refused, "a member's path is longer than \(limits.pathBytes) bytes")
    }
    var parts: [[UInt8]] = []
    for part in bytes.split(separator: slash) where part.elementsEqual([dot]) == false {
      guard part.elementsEqual([dot, dot]) == false else {
        throw ArchiveError(.refused, "a member's path leads out of the archive")
      }
      guard part.count <= 255 else {
        throw ArchiveError(.refused, "a member's name is longer than 255 bytes")
      }
      parts.append(Array(part))
    }
    guard parts.count <= limits.depth else {
      throw ArchiveError(.refused, "its folders lie more than \(limits.depth) deep")
    }
    if parts.isEmpty { return nil }
    self.parts = parts
  }

  private init(parts: [[UInt8]]) { self.parts = parts }

  /// The folders that the member lies in, the outermost first.
  var folders: [MemberName] {
    parts.indices.dropFirst().map { MemberName(parts: Array(parts[..<$0])) }
  }

  /// The path below a folder, for calls of the system.
  func path(below folder: String) -> [CChar] {
    var bytes = Array(folder.utf8)
    for part in parts { bytes += [UInt8(ascii: "/")] + part }
    return bytes.map(CChar.init(bitPattern:)) + [0]
  }
}
