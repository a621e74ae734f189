internal import ScanModel
internal import VolumeModel

/// The frames of a nuclear medicine image: vectors say what each is (PS3.3 C.8.4.8).
///
/// Only reconstructed tomography has slices; they follow the first along the normal, against it
/// where Spacing Between Slices is negative (C.8.4.15). All other frames are pictures by themselves.
struct NuclearFrames {
  /// One element a frame.
  let headers: [FrameHeader]

  /// Nil for anything but nuclear medicine with vectors.
  init?(_ root: HeaderItem, facts: DicomFacts) {
    let pointers = root.tags(.frameIncrementPointer).filter { $0 >> 16 == 0x0054 }.map(Tag.init)
    guard facts.modality == "NM", !pointers.isEmpty else { return nil }
    let vectors = pointers.map { ($0, root.values($0)) }
    guard vectors.allSatisfy({ $0.1.count == facts.frames }) else { return nil }
    let spacing = root.number(.spacingBetweenSlices) ?? 0
    let slices = vectors.first { $0.0 == .sliceVector }?.1.map { Double($0) ?? 1 }
    let detectors = vectors.first { $0.0 == .detectorVector }?.1.map { Int($0) ?? 1 }
    let information = root.items(.detectorInformationSequence)
    headers = (0..<facts.frames).map { frame in
      var facts = FrameFacts()
      facts.distinguishing["NMVectors"] = vectors.filter { $0.0 != .sliceVector }
        .map { $0.1[frame] }.joined(separator: "\\")
      let detector = (detectors?[frame] ?? 1) - 1
      if let slices, spacing != 0, information.indices.contains(detector) {
        Self.place(&facts, slice: slices[frame], spacing: spacing, information[detector])
      }
      return FrameHeader(facts: facts)
    }
  }

  private static func place(
    _ facts: inout FrameFacts, slice: Double, spacing: Double, _ detector: HeaderItem
  ) {
    guard let first = detector.vector(.imagePosition, count: 3),
      let cosines = detector.vector(.imageOrientation, count: 6)
    else { return }
    let normal = cross(
      SIMD3(cosines[0], cosines[1], cosines[2]), SIMD3(cosines[3], cosines[4], cosines[5]))
    let place = SIMD3(first[0], first[1], first[2]) + normal * (spacing * (slice - 1))
    facts.imagePosition = [place.x, place.y, place.z]
    facts.imageOrientation = cosines
  }
}
