internal import ScanModel
internal import VolumeModel

/// Reads what the functional groups of an object say of its frames, one after another.
struct FrameReader {
  private let modality: String
  private var positions: [FunctionalGroup<[Double]>]
  private var orientations: [FunctionalGroup<[Double]>]
  private var measures: FunctionalGroup<Measures>
  private var transformation: FunctionalGroup<Transformation>
  private var kinds: [FunctionalGroup<Kind>]
  private var distinctions: [FunctionalGroup<[FrameDistinction]>]
  /// What the kind of the frame before means.
  private var last: (kind: Kind?, type: String, reason: String?) = (nil, "", nil)

  fileprivate struct Measures {
    var spacing: SIMD2<Double>?
    var thickness: Double?
  }

  fileprivate struct Transformation {
    var rescale: Rescale
    var type: String?
  }

  fileprivate struct Kind: Equatable {
    /// In capitals.
    var frameType: [String]
    var component: String?
  }

  /// Where each class keeps Frame Type: MR, CT, PET, ultrasound volume, XA and XRF, X-ray 3D,
  /// parametric map.
  private static let frameTypeGroups = [
    Tag(0x0018_9226), Tag(0x0018_9329), Tag(0x0018_9751), Tag(0x0018_9806), Tag(0x0028_9443),
    Tag(0x0018_9504), Tag(0x0040_9092),
  ]

  /// Prepares for the frames of an object.
  ///
  /// - Parameters:
  ///   - shared: The groups that all frames share.
  ///   - modality: The object's.
  ///   - dimensions: Which of the Dimension Index Values do not just count places.
  init(shared: HeaderItem?, modality: String, dimensions: [Int]) {
    func vector(_ group: Tag, _ tag: Tag, _ count: Int) -> FunctionalGroup<[Double]> {
      FunctionalGroup(group, shared: shared) { $0.vector(tag, count: count) }
    }
    self.modality = modality
    positions = [
      vector(.planePositionSequence, .imagePosition, 3),
      vector(.planePositionVolumeSequence, .imagePositionVolume, 3),
    ]
    orientations = [
      vector(.planeOrientationSequence, .imageOrientation, 6),
      vector(.planeOrientationVolumeSequence, .imageOrientationVolume, 6),
    ]
    measures = FunctionalGroup(.pixelMeasuresSequence, shared: shared, Measures.init)
    transformation = FunctionalGroup(
      .pixelValueTransformationSequence, shared: shared, Transformation.init)
    kinds = Self.frameTypeGroups.map { FunctionalGroup($0, shared: shared, Kind.init) }
    distinctions = FrameDistinction.groups(shared: shared, dimensions: dimensions)
  }

  /// Reads a frame by the item that holds its own groups.
  mutating func header(_ frame: HeaderItem) -> FrameHeader {
    var header = FrameHeader(
      facts: FrameFacts(
        imagePosition: Self.first(&positions, frame),
        imageOrientation: Self.first(&orientations, frame),
        distinguishing: distinguishing(frame)))
    if let measures = measures.value(of: frame) {
      header.pixelSpacing = measures.spacing
      header.sliceThickness = measures.thickness
    }
    if let transformation = transformation.value(of: frame) {
      header.rescale = transformation.rescale
      header.rescaleType = transformation.type
    }
    let kind = kind(of: frame)
    header.frameType = kind.frameType
    if kind != last.kind {
      let reason = ImageKind.reasonToCarry(
        kind.frameType, component: kind.component, modality: modality)
      last = (kind, kind.frameType.joined(separator: "\\"), reason)
    }
    header.facts.carryReason = last.reason
    if kind.frameType.contains(where: { !$0.isEmpty }) {
      header.facts.distinguishing["ImageType"] = last.type
    }
    if let component = kind.component {
      header.facts.distinguishing["ComplexImageComponent"] = component
    }
    return header
  }

  private static func first<Value>(
    _ groups: inout [FunctionalGroup<Value>], _ frame: HeaderItem
  ) -> Value? {
    for index in groups.indices {
      if let value = groups[index].value(of: frame) { return value }
    }
    return nil
  }

  /// The first Frame Type and the first component that any class's group has.
  private mutating func kind(of frame: HeaderItem) -> Kind {
    var found = Kind(frameType: [], component: nil)
    for index in kinds.indices where found.frameType.isEmpty || found.component == nil {
      guard let kind = kinds[index].value(of: frame) else { continue }
      if found.frameType.isEmpty { found.frameType = kind.frameType }
      found.component = found.component ?? kind.component
    }
    return found
  }

  private mutating func distinguishing(_ frame: HeaderItem) -> [String: String] {
    var values = [String: String](minimumCapacity: 16)
    for index in distinctions.indices {
      for distinction in distinctions[index].value(of: frame) ?? [] {
        values[distinction.keyword] = distinction.value
      }
    }
    return values
  }
}

extension FrameReader.Measures {
  fileprivate init(_ item: HeaderItem) {
    if let pair = item.vector(.pixelSpacing, count: 2), pair.allSatisfy({ $0 > 0 }) {
      spacing = [pair[1], pair[0]]
    }
    let between = item.number(.spacingBetweenSlices)?.magnitude ?? 0
    let thickness = between > 0 ? between : item.number(.sliceThickness) ?? 0
    self.thickness = thickness > 0 ? thickness : nil
  }
}

extension FrameReader.Transformation {
  fileprivate init?(_ item: HeaderItem) {
    guard let slope = item.number(.rescaleSlope), slope != 0,
      let intercept = item.number(.rescaleIntercept)
    else { return nil }
    rescale = Rescale(slope: slope, intercept: intercept)
    type = item.text(.rescaleType)
  }
}

extension FrameReader.Kind {
  fileprivate init(_ item: HeaderItem) {
    frameType = item.values(.frameType).map { $0.uppercased() }
    component = item.text(.complexImageComponent)
  }
}
