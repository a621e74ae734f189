public import ScanModel

/// What conditions are asked about: one scan.
public struct ScanFacts: Sendable, Equatable {
  /// What the headers of the scan's files say.
  public var files: [FileFacts]
  /// 2 for one image, 3 for a volume, 4 for several; nil when nobody knows.
  public var dimensions: Int?
  /// Whether a CT shows metal; nil when nobody looked.
  public var hasMetal: Bool?

  /// Creates facts.
  ///
  /// - Parameters:
  ///   - files: What the headers say.
  ///   - dimensions: Nil takes a NIfTI file's from its shape; of a DICOM series only the caller,
  ///     who has assembled it, knows.
  ///   - hasMetal: Nil takes it from the files: true when any shows metal.
  public init(files: [FileFacts], dimensions: Int? = nil, hasMetal: Bool? = nil) {
    self.files = files
    self.dimensions = dimensions ?? Self.dimensions(of: files)
    let looked = files.compactMap { $0.dicom?.hasMetal ?? $0.nifti?.hasMetal }
    self.hasMetal = hasMetal ?? (looked.isEmpty ? nil : looked.contains(true))
  }

  /// How many dimensions a NIfTI grid has: its length without 1s at the end, 2 to 4.
  public static func niftiDimensions(shape: [Int]) -> Int {
    let used = shape.lastIndex { $0 != 1 }.map { $0 + 1 } ?? 0
    return min(max(used, 2), 4)
  }

  private static func dimensions(of files: [FileFacts]) -> Int? {
    guard let first = files.first, first.format == .nifti else { return nil }
    return niftiDimensions(shape: first.shape)
  }

  /// The modality that all files agree on, or that the inbox assumes; nil when not known.
  public func modality(assuming assumed: [String: String]) -> String? {
    let values = Set(files.map { self.values(of: "Modality", in: $0, assuming: assumed) })
    guard values.count == 1, let only = values.first else { return nil }
    return only.first
  }

  /// The values of a keyword in one of the scan's files; empty when the file does not say and
  /// nobody assumes.
  func values(
    of keyword: String, in file: FileFacts, assuming assumed: [String: String]
  ) -> [String] {
    switch keyword {
    case "Format": return [file.format.rawValue]
    case "Dimensions": return dimensions.map { [String($0)] } ?? []
    case "HasMetal": return hasMetal.map { [$0 ? "true" : "false"] } ?? []
    default: break
    }
    let said = file.attributes[keyword].map { $0.filter { !$0.isEmpty } } ?? []
    if !said.isEmpty { return said }
    if let implied = implied(keyword, by: file) { return [implied] }
    return assumed[keyword].map { [$0] } ?? []
  }

  private func implied(_ keyword: String, by file: FileFacts) -> String? {
    guard let dicom = file.dicom else { return nil }
    let value = keyword == "Modality" ? dicom.modality : dicom.distinguishing[keyword] ?? ""
    return value.isEmpty ? nil : value
  }
}
