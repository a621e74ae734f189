internal import ScanModel
internal import VolumeModel

/// What the header says of one frame: its place for the assembly, its scale for the reader.
struct FrameHeader: Sendable {
  var facts: FrameFacts
  /// Pixel Spacing as (x, y) in mm; nil where the frame does not say.
  var pixelSpacing: SIMD2<Double>?
  /// Spacing Between Slices, else Slice Thickness, in mm.
  var sliceThickness: Double?
  /// The frame's own Pixel Value Transformation; nil where it has none.
  var rescale: Rescale?
  /// Rescale Type of that transformation.
  var rescaleType: String?
  /// Frame Type (0008,9007), or the object's Image Type.
  var frameType: [String] = []
}

extension FrameHeader {
  /// Reads the frames of a multi-frame object.
  ///
  /// Without functional groups, or with another number of them than of frames, nothing is known of
  /// a frame by itself.
  static func all(_ root: HeaderItem, facts: DicomFacts) -> [FrameHeader] {
    let items = root.items(.perFrameFunctionalGroups)
    let shared = root.item(.sharedFunctionalGroups)
    guard items.count == facts.frames else {
      return NuclearFrames(root, facts: facts)?.headers
        ?? Array(repeating: FrameHeader(facts: FrameFacts()), count: facts.frames)
    }
    var reader = FrameReader(
      shared: shared, modality: facts.modality, dimensions: placelessDimensions(root))
    return items.map { reader.header($0) }
  }

  /// Which of the Dimension Index Values do not just count places.
  private static func placelessDimensions(_ root: HeaderItem) -> [Int] {
    let places: Set<UInt32> = [
      Tag.inStackPositionNumber.code, Tag.imagePosition.code, Tag.imagePositionVolume.code,
    ]
    return root.items(.dimensionIndexSequence).enumerated().compactMap { index, item in
      guard let pointer = item.tags(.dimensionIndexPointer).first else { return nil }
      return places.contains(pointer) ? nil : index
    }
  }
}
