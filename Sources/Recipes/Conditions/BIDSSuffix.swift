/// What the suffix of a BIDS file name says of the scan.
public enum BIDSSuffix {
  /// The modality of a scan with that suffix.
  ///
  /// - Parameter suffix: As in `sub-01_T1w.nii.gz`: `T1w`.
  /// - Returns: Modality (0008,0060); nil for a suffix that says nothing.
  /// - SeeAlso: BIDS 1.10, entity tables of the `anat`, `func`, `dwi`, `fmap`, `perf`, `pet` folders.
  public static func modality(of suffix: String) -> String? {
    if magneticResonance.contains(suffix) { return "MR" }
    return others[suffix]
  }

  private static let magneticResonance: Set<String> = [
    "T1w", "T2w", "PDw", "T2starw", "FLAIR", "inplaneT1", "inplaneT2", "PDT2", "angio", "T1map",
    "T2map", "T2starmap", "R1map", "R2map", "R2starmap", "PDmap", "MTRmap", "MTsat", "MTVmap",
    "T1rho", "UNIT1", "MWFmap", "MTw", "MEGRE", "MESE", "VFA", "IRT1", "MP2RAGE", "MPM", "MTS",
    "MTR", "FLASH", "PD", "T2star", "Chimap", "S0map", "M0map", "bold", "cbv", "sbref", "phase",
    "dwi", "phasediff", "phase1", "phase2", "magnitude", "magnitude1", "magnitude2", "fieldmap",
    "epi", "asl", "m0scan", "TB1map", "TB1AFI", "TB1DAM", "TB1EPI", "TB1RFM", "TB1SRGE", "TB1TFL",
    "RB1COR", "RB1map", "svs", "mrsi",
  ]

  private static let others = [
    "CT": "CT", "ct": "CT", "pet": "PT", "PET": "PT", "US": "US", "XR": "DX", "CR": "CR",
    "DX": "DX", "MG": "MG", "NM": "NM", "MR": "MR",
  ]
}
