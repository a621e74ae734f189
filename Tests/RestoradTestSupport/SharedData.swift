import Foundation

/// Real scans kept outside the project, for the tests that want more than the small set inside.
public enum SharedData {
  /// The folder that `RESTORAD_TEST_DATA` names, else `../shared/data` beside the checkout; nil
  /// when neither exists.
  public static let folder: String? = {
    let checkout = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let beside = checkout.deletingLastPathComponent().appendingPathComponent("shared/data").path
    let named = ProcessInfo.processInfo.environment["RESTORAD_TEST_DATA"]
    return [named, beside].compactMap(\.self).first { FileManager.default.fileExists(atPath: $0) }
  }()

  /// Whether the folder is there; for `.enabled(if:)`.
  public static var isPresent: Bool { folder != nil }

  /// The path of a file in the folder, such as `dicom/nm/nm1.dcm`.
  public static func path(_ relative: String) -> String { (folder ?? "/nowhere") + "/" + relative }
}
