import DicomFormat
import Foundation
import RestoradTestSupport
import VolumeModel

/// Multi-frame objects: those that `Tests/Oracles/frames.py` makes, and real ones.
enum FrameSources {
  /// What pydicom reads in one file.
  struct Expected: Decodable {
    let frames: Int
    let sha256: String
  }

  /// The table of `frames.py`; keys lead with `own/` or `shared/`.
  static func table() throws -> [String: Expected] {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestFiles.expected("frames.json")))
    return try JSONDecoder().decode([String: Expected].self, from: data).filter {
      $0.key.hasPrefix("own/") || SharedData.isPresent
    }
  }

  /// Where a file of the table lies.
  static func path(_ key: String) -> String {
    key.hasPrefix("own/")
      ? own(String(key.dropFirst(4))) : SharedData.path("dicom/" + key.dropFirst(7))
  }

  /// One of the made objects.
  static func own(_ name: String) -> String {
    URL(fileURLWithPath: TestFiles.own("x")).deletingLastPathComponent()
      .deletingLastPathComponent().path + "/dicom-frames/" + name
  }

  /// Every frame of a series of one object, in the object's order.
  static func frames(_ series: DicomSeries) -> [DicomSlice] {
    (series.stacks + series.carried).flatMap(\.slices).sorted { $0.frame < $1.frame }
  }

  /// Writes a series into a new folder, gives it to the body, and removes it.
  static func writing<Result>(
    _ series: DicomSeries, restored: [Volume]? = nil, derivation: Derivation? = nil,
    _ body: (WrittenSeries, String) throws -> Result
  ) throws -> Result {
    try TestFiles.withFolder { folder in
      let written = try DerivedSeriesWriter.writeFrames(
        series, restored: restored ?? series.stacks.map(\.volume),
        derivation: derivation ?? DerivedSources.derivation(), into: folder)
      return try body(written, folder)
    }
  }
}
