import Foundation

/// A temporary folder with a configuration, an inbox and an outbox.
final class Workplace {
  let root: String

  init(_ more: String = "", limits: String = "{ memory: 16GiB }") throws {
    root =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("restorad-\(UUID().uuidString)").path
    for name in ["inbox", "outbox"] {
      try FileManager.default.createDirectory(
        atPath: path(name), withIntermediateDirectories: true)
    }
    let yaml = """
      state: \(root)/state
      inboxes:
        - name: mri
          path: \(root)/inbox
          outbox: \(root)/outbox
          recipe: keep
          settle: { file: 200ms, series: 400ms, longest: 1s }
          poll: 200ms
      recipes:
        - name: keep
          steps: []
      limits: \(limits)
      \(more)
      """
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: path("restorad.yaml")))
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ name: String) -> String { root + "/" + name }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// Copies a file of the project's own test data.
  func copy(_ source: String, to name: String) throws {
    try FileManager.default.copyItem(atPath: TestFiles.path(source), toPath: path(name))
  }

  /// The files below a folder, relative to it, sorted.
  func files(_ folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: path(folder)) else { return [] }
    return walk.compactMap { $0 as? String }.filter { name in
      var isFolder: ObjCBool = false
      let there = path(folder) + "/" + name
      return unsafe FileManager.default.fileExists(atPath: there, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  /// The job folders of the outbox.
  var published: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path("outbox")).sorted()) ?? []
  }
}

/// The project's own small scans.
enum TestFiles {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Data").appendingPathComponent(name).path
  }
}
