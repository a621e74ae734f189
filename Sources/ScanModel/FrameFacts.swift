/// What a header says of one frame of an object that holds several.
public struct FrameFacts: Sendable, Codable, Equatable {
  /// Where the centre of the first voxel lies, mm in LPS; three values.
  public var imagePosition: [Double]?
  /// Directions of a row and of a column; six values.
  public var imageOrientation: [Double]?
  /// Attributes that tell volumes apart (echo, b-value, phase, …): keyword to value.
  public var distinguishing: [String: String]
  /// Why the frame is carried over as it is; nil for one that may be restored.
  public var carryReason: String?

  /// Creates facts.
  public init(
    imagePosition: [Double]? = nil, imageOrientation: [Double]? = nil,
    distinguishing: [String: String] = [:], carryReason: String? = nil
  ) {
    self.imagePosition = imagePosition
    self.imageOrientation = imageOrientation
    self.distinguishing = distinguishing
    self.carryReason = carryReason
  }
}

extension DicomFacts {
  /// Rows of one frame: of a mosaic, those of a tile.
  public var frameRows: Int { rows / max(1, tilesAcross ?? 1) }
  /// Columns of one frame: of a mosaic, those of a tile.
  public var frameColumns: Int { columns / max(1, tilesAcross ?? 1) }
  /// Pixels of all frames, as a number that cannot overflow.
  public var pixelCount: Double {
    Double(rows) * Double(columns) * Double(tilesAcross == nil ? max(1, frames) : 1)
  }
}
