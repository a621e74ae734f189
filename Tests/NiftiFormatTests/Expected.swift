import Foundation

/// Values that `Tests/Oracles/nifti.py` stored.
enum Expected {
  /// Reads one of the stored files.
  static func load<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Expected").appendingPathComponent(name)
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }

  /// The folder `Tests/Data`.
  static var data: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Data").path
  }
}
