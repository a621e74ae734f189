/// The last word of a name, which in BIDS says what kind of image a file holds.
///
/// - SeeAlso: Brain Imaging Data Structure 1.10, "Filename template".
struct BidsSuffix {
  /// The suffix, such as `T1w`; nil when the name has none.
  let text: String?
  private let lastWord: String

  /// Finds the suffix of a name without its extension.
  init(stem: String) {
    let last = stem.split(separator: "_").last.map(String.init) ?? ""
    let isWord = last.first?.isLetter == true && last.allSatisfy { $0.isLetter || $0.isNumber }
    let isKnown = Self.modalities[last.lowercased()] != nil
    text = isWord && (stem.contains("_") || isKnown) ? last : nil
    lastWord =
      stem.split(whereSeparator: { "_-. +".contains($0) }).last.map { $0.lowercased() } ?? ""
  }

  /// The DICOM modality of such images; nil when the suffix says nothing of it.
  var modality: String? { text.flatMap { Self.modalities[$0.lowercased()] } }

  /// The word that says that voxels are labels; nil when none does.
  var labelWord: String? { Self.labels.contains(lastWord) ? lastWord : nil }

  /// The word that says that voxels are phases or field strengths, which have a sign; nil when
  /// none does.
  var signedMapWord: String? {
    text.map { $0.lowercased() }.flatMap { Self.signedMaps.contains($0) ? $0 : nil }
  }

  private static let signedMaps: Set<String> = [
    "phase", "phase1", "phase2", "phasediff", "fieldmap",
  ]

  private static let labels: Set<String> = [
    "dseg", "probseg", "mask", "label", "labels", "seg", "segmentation", "aseg", "aparc", "roi",
    "parcellation", "atlas", "defacemask", "labelmap",
  ]

  private static let magneticResonance = [
    "t1w", "t2w", "flair", "pdw", "pdt2", "pdt2w", "t2star", "t2starw", "t1rho", "t1map", "t2map",
    "t2starmap", "r1map", "r2map", "r2starmap", "pdmap", "mtrmap", "mtsat", "m0map", "inplanet1",
    "inplanet2", "angio", "swi", "unit1", "mp2rage", "mese", "megre", "vfa", "irt1", "mpm", "mts",
    "mtr", "chimap", "bold", "cbv", "sbref", "dwi", "adc", "trace", "s0map", "epi", "fieldmap",
    "phasediff", "phase", "phase1", "phase2", "magnitude", "magnitude1", "magnitude2", "asl",
    "m0scan", "t1", "t2", "t1c", "t1ce", "t1gd", "pd",
  ]

  private static let modalities: [String: String] = {
    var table = ["ct": "CT", "pet": "PT"]
    for word in magneticResonance { table[word] = "MR" }
    return table
  }()
}
