internal import ScanModel

extension DicomFacts {
  /// Reads identity, place and counts out of a header.
  ///
  /// - Throws: `DicomError`, code `.truncated` where not even a SOP class is named: then the
  ///   header may have come only in part.
  init(_ file: borrowing DicomFile) throws(DicomError) {
    let known = file.text(.sopClassUID) ?? file.text(.mediaStorageSOPClassUID)
    let rows = file.integer(.rows) ?? 0
    guard let sopClassUID = known else {
      throw DicomError(.truncated, "The header ends before any SOP Class UID.")
    }
    self.init(
      sopClassUID: sopClassUID,
      sopInstanceUID: file.text(.sopInstanceUID) ?? file.text(.mediaStorageSOPInstanceUID) ?? "",
      seriesInstanceUID: file.text(.seriesInstanceUID) ?? "",
      studyInstanceUID: file.text(.studyInstanceUID) ?? "",
      transferSyntaxUID: file.text(.transferSyntaxUID) ?? "",
      modality: file.text(.modality) ?? "", rows: rows, columns: file.integer(.columns) ?? 0,
      frames: max(1, file.integer(.numberOfFrames) ?? 1))
    instanceNumber = file.integer(.instanceNumber)
    imagePosition = Self.vector(file, .imagePosition, count: 3)
    imageOrientation = Self.vector(file, .imageOrientation, count: 6)
    distinguishing = Self.distinguishing(file)
    announcedInstances = Self.announced(file, modality: modality)
  }

  private static func vector(
    _ file: borrowing DicomFile, _ tag: Tag, count: Int
  ) -> [Double]? {
    file.numbers(tag).flatMap { $0.count == count ? $0 : nil }
  }

  /// Attributes that tell the volumes of one series apart, by keyword.
  private static let apart: [(keyword: String, tag: Tag)] = [
    ("EchoNumbers", .echoNumbers), ("EchoTime", .echoTime), ("InversionTime", .inversionTime),
    ("DiffusionBValue", .diffusionBValue),
    ("DiffusionGradientOrientation", .diffusionGradientOrientation),
    ("TriggerTime", .triggerTime), ("TemporalPositionIdentifier", .temporalPositionIdentifier),
    ("AcquisitionNumber", .acquisitionNumber), ("AcquisitionTime", .acquisitionTime),
    ("ImageType", .imageType), ("FlipAngle", .flipAngle), ("ScanningSequence", .scanningSequence),
    ("ComplexImageComponent", .complexImageComponent), ("ContentTime", .contentTime),
    ("FrameReferenceTime", .frameReferenceTime),
  ]

  private static func distinguishing(_ file: borrowing DicomFile) -> [String: String] {
    var values: [String: String] = [:]
    for (keyword, tag) in apart {
      guard let value = file.values(tag), value.contains(where: { !$0.isEmpty }) else { continue }
      values[keyword] = value.joined(separator: "\\")
    }
    let vendor = file.withRoot(VendorDiffusion.init)
    if let weight = vendor.weight {
      values["DiffusionBValue"] = values["DiffusionBValue"] ?? weight
    }
    if let direction = vendor.direction {
      values["DiffusionGradientOrientation"] = values["DiffusionGradientOrientation"] ?? direction
    }
    return values
  }

  /// How many instances the series is said to have; nil where no header of this kind is reliable.
  private static func announced(_ file: borrowing DicomFile, modality: String) -> Int? {
    var count: Int?
    if modality == "PT", let slices = file.integer(.numberOfSlices), slices > 0 {
      switch file.text(.seriesType) {
      case "STATIC", "WHOLE BODY": count = slices
      case "DYNAMIC": count = file.integer(.numberOfTimeSlices).map { slices * $0 }
      default: break
      }
    } else if modality != "PT" {
      count = file.integer(.imagesInAcquisition)
    }
    return count.flatMap { (1...100_000).contains($0) ? $0 : nil }
  }
}
