/// What the positions of a series' instances say: which volumes they make, and what is amiss.
public struct SeriesAssembly: Sendable, Equatable {
  /// Instances of one volume, by their place in the list that was given, sorted along the normal.
  public struct Stack: Sendable, Equatable {
    /// Places in the given list, in the order of the volume's planes.
    ///
    /// A multi-frame object stands there once for each of its frames.
    public var members: [Int]
    /// Which frame of its member each plane is, from 0.
    public var frames: [Int]
    /// Distance between neighbouring planes along the normal in mm; nil for a single plane or
    /// when positions are not known.
    public var sliceSpacing: Double?
  }

  /// Why a series is not a whole volume.
  public enum Problem: Sendable, Equatable {
    /// Planes are missing between the first and the last: how many fit into the gaps.
    case gap(missing: Int)
    /// Two instances lie at one position and nothing tells them apart.
    case duplicatePosition(count: Int)
    /// The planes of one stack do not follow at equal distances, and no whole number of them is
    /// missing.
    case unevenSpacing
    /// The header announces more instances than came.
    case fewerThanAnnounced(expected: Int, found: Int)
  }

  /// The volumes.
  public var stacks: [Stack]
  /// What is amiss; empty for a whole series.
  public var problems: [Problem]
  /// Which attributes told volumes of one grid apart, by keyword, in the order of their use.
  ///
  /// `SOPInstanceUID` where each object is a volume of its own, `FrameNumber` where nothing but the
  /// order of the frames tells them apart.
  public var splitKeywords: [String]

  /// Creates an assembly.
  public init(stacks: [Stack], problems: [Problem], splitKeywords: [String] = []) {
    self.stacks = stacks
    self.problems = problems
    self.splitKeywords = splitKeywords
  }
}
