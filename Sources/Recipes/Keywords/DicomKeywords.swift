/// The keywords of DICOM's data dictionary (PS3.6) whose values a condition can compare.
enum DicomKeywords {
  /// All keywords, with those of BIDS sidecars that DICOM does not have.
  static let all: Set<String> = Set(
    [fromAToD, fromEToO, fromPToR, fromSToZ].flatMap { $0.split(whereSeparator: \.isWhitespace) }
      .map(String.init)
  ).union(sidecar)

  // BIDS 1.10, sidecar keys of MR, PET and ASL, and those that dcm2niix adds.
  private static let sidecar: [String] = [
    "AttenuationCorrection", "B0FieldIdentifier", "B0FieldSource", "BidsGuess",
    "CoilCombinationMethod", "ConversionSoftware", "ConversionSoftwareVersion",
    "DwellTime", "EffectiveEchoSpacing", "EstimatedEffectiveEchoSpacing",
    "EstimatedTotalReadoutTime", "HardcopyDeviceSoftwareVersion", "IntendedFor",
    "LabelingDuration", "M0Type", "MTState", "MatrixCoilMode", "MultibandAccelerationFactor",
    "NonlinearGradientCorrection", "NumberShots", "ParallelReductionFactorInPlane",
    "ParallelReductionFactorOutOfPlane", "PartialFourier", "PhaseEncodingAxis",
    "PhaseEncodingDirection", "PostLabelingDelay", "PulseSequenceType", "RawImage",
    "ReceiveCoilActiveElements", "ReconMethodName", "SliceEncodingDirection", "SliceTiming",
    "SpoilingState", "SpoilingType", "TaskDescription", "TaskName", "TotalReadoutTime",
    "TracerName", "TracerRadionuclide", "Units", "WaterFatShift",
  ]
}
