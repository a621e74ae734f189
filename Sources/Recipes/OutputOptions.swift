/// How a recipe wants its result written; nil stands for what the format does by itself.
public struct OutputOptions: Sendable, Codable, Equatable {
  /// The stored type of a NIfTI result.
  public enum StoredType: String, Sendable, Codable, CaseIterable {
    /// 32-bit floating point, slope 1.
    case float32
    /// 16-bit integers with a rescale.
    case int16
    /// The source's type, where the values fit.
    case source
  }

  /// The transfer syntax of a DICOM result.
  public enum TransferSyntax: String, Sendable, Codable, CaseIterable {
    /// Explicit VR Little Endian.
    case explicit
    /// Deflated Explicit VR Little Endian.
    case deflated
    /// RLE Lossless.
    case rle
  }

  /// What the equipment module of a DICOM result says.
  public enum Equipment: String, Sendable, Codable, CaseIterable {
    /// The scanner stays; Restorad joins as contributing equipment.
    case keep
    /// Restorad becomes the equipment, as the standard asks of derived objects.
    case standard
  }

  /// The stored type of a NIfTI result; nil means float32.
  public var type: StoredType?
  /// The transfer syntax of a DICOM result; nil means explicit.
  public var transferSyntax: TransferSyntax?
  /// What the equipment module says; nil means keep.
  public var equipment: Equipment?

  /// Creates options.
  public init(
    type: StoredType? = nil, transferSyntax: TransferSyntax? = nil, equipment: Equipment? = nil
  ) {
    self.type = type
    self.transferSyntax = transferSyntax
    self.equipment = equipment
  }

  /// The keys and words in the order in which they are written, defaults filled in.
  package var entries: [(key: String, word: String)] {
    [
      ("type", (type ?? .float32).rawValue),
      ("transfer_syntax", (transferSyntax ?? .explicit).rawValue),
      ("equipment", (equipment ?? .keep).rawValue),
    ]
  }

  /// Whether both write the same.
  public static func == (a: OutputOptions, b: OutputOptions) -> Bool {
    a.entries.map(\.word) == b.entries.map(\.word)
  }
}
