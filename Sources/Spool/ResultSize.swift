package import Recipes
package import ScanModel

/// How many bytes a scan's result may take at most, as its headers and its recipe tell.
///
/// A compressed source says little by its own size: what counts are its voxels and the type in
/// which they are written.
package struct ResultSize {
  /// A file of the scan.
  package struct Source {
    /// What its header says; nil for a file that only accompanies another.
    package var facts: FileFacts?
    /// Its bytes as they lie in the inbox.
    package var bytes: Int

    /// Creates a source.
    package init(facts: FileFacts?, bytes: Int) {
      self.facts = facts
      self.bytes = bytes
    }
  }

  /// Report, log and manifest of a job, and its rows in the ledger, without what each file adds.
  static let records = 256 << 10
  /// What each file adds to those.
  static let recordsPerFile = 1 << 10

  private let sources: [Source]
  private let output: OutputOptions
  private let growth: Growth

  /// Prepares a prediction.
  ///
  /// - Parameters:
  ///   - sources: The files of the scan.
  ///   - recipe: What will be done; nil when that is not known, then the grid stays.
  ///   - modality: Which some of the recipe's defaults follow.
  ///   - sliceSpacing: Distance of a series' planes in mm, where it is known.
  package init(
    _ sources: [Source], recipe: Recipe?, modality: String?, sliceSpacing: Double? = nil
  ) {
    self.sources = sources
    output = recipe?.output ?? OutputOptions()
    let spacing = sources.lazy.compactMap(\.facts).first?.spacing ?? []
    growth = Growth(recipe, modality, spacing: spacing, sliceSpacing: sliceSpacing)
  }

  /// The most bytes that the job's folder in the outbox may take; 0 for what is never restored.
  package var bytes: Int {
    let facts = sources.compactMap(\.facts)
    if facts.isEmpty || !facts.allSatisfy(\.isReadable) {
      return 0
    }
    let result = facts[0].format == .dicom ? series : volume
    let files = Double(sources.count) * growth.planes
    let bytes = result + Double(Self.records) + files * Double(Self.recordsPerFile)
    // A header may lie by any measure; no disk holds so much, and sums stay countable.
    return Int(min(max(bytes, 0), 0x1p56))
  }

  // MARK: DICOM

  /// One file a source: its header, what is added to it, and uncompressed pixels.
  private var series: Double {
    let images = sources.compactMap { source in source.facts?.dicom.map { (source, $0) } }
    return images.reduce(0) { sum, image in
      let (source, dicom) = image
      let bits = storedBits(source.facts?.storedType) ?? 16
      let pixels = Double(dicom.rows) * Double(dicom.columns) * Double(dicom.frames * bits / 8)
      // 64 bytes a frame and one in 128 are what RLE takes at worst; deflating takes less.
      let written = pixels * growth.voxels * 65 / 64 + 1024
      let header = headerBytes(dicom, of: source.bytes, pixels: pixels)
      // Each frame says what it was derived from.
      let frames = Self.addedByFrames(dicom.frameFacts?.count ?? 0)
      return sum + written + frames + (header + Self.added(images.count)) * growth.planes
    }
  }

  private func headerBytes(_ dicom: DicomFacts, of bytes: Int, pixels: Double) -> Double {
    switch dicom.transferSyntaxUID {
    case "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2":
      max(0, Double(bytes) - pixels)
    // Deflated as a whole: text grows tenfold.
    case "1.2.840.10008.1.2.1.99": Double(10 * bytes)
    default: Double(bytes)
    }
  }

  /// What a derived header has more than its source's: every result names every source.
  private static func added(_ count: Int) -> Double { Double(8192 + 512 * count) }

  /// What is added to the functional groups: a derivation for each frame, with a list of the frames
  /// of its volume where an object holds several.
  private static func addedByFrames(_ count: Int) -> Double {
    Double(count) * (4096 + 6 * Double(min(count, 4096)))
  }

  // MARK: NIfTI

  /// One compressed file, which is no smaller than its voxels when those are noise.
  private var volume: Double {
    guard let first = sources.first, let facts = first.facts else { return 0 }
    let voxels = facts.shape.reduce(1) { $0 * Double($1) }
    let stored = storedBits(facts.storedType) ?? 64
    let bits =
      switch output.type {
      case .int16: 16
      case .source: stored
      case .float32, nil: 32
      }
    let start = Double(first.bytes) - voxels * Double(stored / 8)
    let companions = sources.dropFirst().reduce(0) { $0 + Double($1.bytes) }
    // Extensions stand before the voxels; of a compressed file nobody has said how long they are.
    return voxels * growth.voxels * Double(bits / 8) * 65 / 64 + max(64 * 1024, start) + companions
      + 64 * 1024
  }

  /// The digits of a type's name, such as `uint16`.
  private func storedBits(_ type: String?) -> Int? {
    type.flatMap { Int($0.drop { !$0.isNumber }) }
  }
}

/// How much larger a recipe makes the grid.
private struct Growth {
  /// Voxels of the result for one of the source, 1 at least.
  var voxels = 1.0
  /// Planes of the result for one of the source, 1 at least.
  var planes = 1.0

  init(_ recipe: Recipe?, _ modality: String?, spacing: [Double], sliceSpacing: Double?) {
    var axes = [1.0, 1.0, 1.0]
    for step in recipe?.steps ?? [] where step.name == "resample" {
      let factors = step.value(of: "factor", for: modality)?.elements.compactMap(\.realNumber)
      let wanted = step.value(of: "spacing", for: modality)?.elements.compactMap(\.realNumber)
      for axis in 0..<3 {
        if let factor = factors?.at(axis), factor > 0 {
          axes[axis] *= factor
        } else if let step = wanted?.at(axis), step > 0 {
          let given = axis < spacing.count ? spacing[axis] : sliceSpacing
          // Planes lie seldom farther apart than 20 mm.
          axes[axis] *= (given ?? 20) / step
        }
      }
    }
    planes = max(1, axes[2])
    voxels = max(1, axes.reduce(1, *))
  }
}

extension [Double] {
  /// The value for an axis; one value stands for all.
  fileprivate func at(_ axis: Int) -> Double? { count == 1 ? first : dropFirst(axis).first }
}
