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
    let placeless = placelessDimensions(root)
    return items.map { item in
      FrameHeader(
        FunctionalGroups(shared: shared, frame: item), modality: facts.modality,
        dimensions: placeless)
    }
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

  private init(_ groups: FunctionalGroups, modality: String, dimensions: [Int]) {
    facts = FrameFacts(
      imagePosition: groups[.planePositionSequence]?.vector(.imagePosition, count: 3)
        ?? groups[.planePositionVolumeSequence]?.vector(.imagePositionVolume, count: 3),
      imageOrientation: groups[.planeOrientationSequence]?.vector(.imageOrientation, count: 6)
        ?? groups[.planeOrientationVolumeSequence]?.vector(.imageOrientationVolume, count: 6),
      distinguishing: groups.distinguishing(dimensions: dimensions))
    let measures = groups[.pixelMeasuresSequence]
    if let pair = measures?.vector(.pixelSpacing, count: 2), pair.allSatisfy({ $0 > 0 }) {
      pixelSpacing = [pair[1], pair[0]]
    }
    let between = measures?.number(.spacingBetweenSlices)?.magnitude ?? 0
    let thickness = between > 0 ? between : measures?.number(.sliceThickness) ?? 0
    sliceThickness = thickness > 0 ? thickness : nil
    if let transformation = groups[.pixelValueTransformationSequence],
      let slope = transformation.number(.rescaleSlope), slope != 0,
      let intercept = transformation.number(.rescaleIntercept)
    {
      rescale = Rescale(slope: slope, intercept: intercept)
      rescaleType = transformation.text(.rescaleType)
    }
    frameType = groups.frameType
    facts.carryReason = ImageKind.reasonToCarry(
      frameType, component: groups.component, modality: modality)
  }
}

/// The functional groups of one frame: its own, else those that all frames share.
struct FunctionalGroups {
  let shared: HeaderItem?
  let frame: HeaderItem

  /// The first item of a group.
  subscript(group: Tag) -> HeaderItem? { frame.item(group) ?? shared?.item(group) }

  /// Where each class keeps Frame Type: MR, CT, PET, ultrasound volume, XA and XRF, X-ray 3D,
  /// parametric map.
  static let frameTypeGroups = [
    Tag(0x0018_9226), Tag(0x0018_9329), Tag(0x0018_9751), Tag(0x0018_9806), Tag(0x0028_9443),
    Tag(0x0018_9504), Tag(0x0040_9092),
  ]

  /// Frame Type, in capitals.
  var frameType: [String] {
    let known = Self.frameTypeGroups.lazy.compactMap { self[$0]?.values(.frameType) }
    return (known.first { !$0.isEmpty } ?? []).map { $0.uppercased() }
  }

  /// Complex Image Component of an MR frame.
  var component: String? {
    Self.frameTypeGroups.lazy.compactMap { self[$0]?.text(.complexImageComponent) }.first
  }

  /// What tells this frame from others at its place, by the keywords of classic objects where they
  /// have one.
  func distinguishing(dimensions: [Int]) -> [String: String] {
    let content = self[.frameContentSequence]
    let diffusion = self[.mrDiffusionSequence]
    let indices = content?.values(.dimensionIndexValues) ?? []
    let found: [(String, [String]?)] = [
      ("StackID", content?.values(.stackID)),
      ("EchoTime", self[.mrEchoSequence]?.values(.effectiveEchoTime)),
      ("InversionTime", self[.mrModifierSequence]?.values(.inversionTimes)),
      ("DiffusionBValue", diffusion?.values(.diffusionBValue)),
      (
        "DiffusionGradientOrientation",
        diffusion?.item(.diffusionGradientDirectionSequence)?.values(.diffusionGradientOrientation)
      ),
      ("TemporalPositionIdentifier", content?.values(.temporalPositionIndex)),
      ("ImageType", frameType), ("ComplexImageComponent", component.map { [$0] }),
      ("FlipAngle", self[.mrTimingSequence]?.values(.flipAngle)),
      ("FrameReferenceTime", self[.temporalPositionSequence]?.values(.temporalPositionTimeOffset)),
      ("AcquisitionNumber", content?.values(.frameAcquisitionNumber)),
      (
        "DimensionIndexValues",
        dimensions.compactMap { indices.indices.contains($0) ? indices[$0] : nil }
      ),
      (
        "TriggerTime",
        self[.cardiacSynchronizationSequence]?.values(.nominalCardiacTriggerDelayTime)
      ),
      ("AcquisitionTime", content?.values(.frameAcquisitionDateTime)),
    ]
    var values: [String: String] = [:]
    for (keyword, value) in found {
      guard let value, value.contains(where: { !$0.isEmpty }) else { continue }
      values[keyword] = value.joined(separator: "\\")
    }
    return values
  }
}
