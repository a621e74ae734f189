/// How two files that bear the same SOP Instance UID differ.
///
/// It says which attributes and how long their values are, never a value or its hash: a name or a
/// birth date is soon guessed from a hash.
public struct InstanceDifference: Sendable, Codable, Equatable {
  /// What is to be said of the pixels.
  public enum Pixels: String, Sendable, Codable {
    /// They are the same, however they are coded.
    case same
    /// They differ.
    case differ
    /// Only one of the files has any.
    case missing
    /// One of them cannot be decoded.
    case unknown
    /// Neither file has any.
    case none
  }

  /// One attribute that differs.
  public struct Attribute: Sendable, Codable, Equatable {
    /// What the later file does with the attribute of the earlier one.
    public enum Change: String, Sendable, Codable {
      /// Only the later one has it.
      case added
      /// Its value, its VR, or the number of its items is another.
      case changed
      /// Only the earlier one has it.
      case removed
    }

    /// The tag, such as `(0008,103e)`; within sequences all tags on the way, joined by dots.
    public var tag: String
    /// Keywords likewise, such as `SeriesDescription`.
    public var keyword: String
    /// The VR, of the later file where it has the attribute.
    public var vr: String
    /// What happened to it.
    public var change: Change
    /// The length of the earlier value in bytes (of a sequence: its items); nil where it has none.
    public var earlierLength: Int?
    /// The length of the later value likewise.
    public var laterLength: Int?

    /// Creates a note of all parts.
    public init(
      tag: String, keyword: String, vr: String, change: Change, earlierLength: Int?,
      laterLength: Int?
    ) {
      self.tag = tag
      self.keyword = keyword
      self.vr = vr
      self.change = change
      self.earlierLength = earlierLength
      self.laterLength = laterLength
    }
  }

  /// The attributes, in the order of their tags; each once, in however many items it differs.
  public var attributes: [Attribute]
  /// How many more there are than are listed.
  public var unlisted: Int
  /// What is to be said of the pixels.
  public var pixels: Pixels

  /// Creates a note of all parts.
  public init(attributes: [Attribute], unlisted: Int, pixels: Pixels) {
    self.attributes = attributes
    self.unlisted = unlisted
    self.pixels = pixels
  }
}
