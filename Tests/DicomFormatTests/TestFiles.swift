import Foundation

/// Where the files of this room's tests lie, and a folder that goes away with its test.
enum TestFiles {
  private static let room = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// A stored expectation.
  static func expected(_ name: String) -> String {
    room.deletingLastPathComponent().path + "/Data/dicom-expected/" + name
  }

  /// A small DICOM file of the project's own.
  static func own(_ name: String) -> String {
    room.deletingLastPathComponent().path + "/Data/dicom/" + name
  }

  /// Runs a body with a fresh folder.
  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/restorad-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }
}
