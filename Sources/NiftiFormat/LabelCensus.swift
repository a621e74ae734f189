/// Counts the distinct values of an integer file, as far as that says whether they are labels.
struct LabelCensus {
  /// More distinct values than this are measurements.
  private static let mostLabels = 32
  /// Labels repeat: fewer voxels a value say nothing.
  private static let fewestVoxelsPerLabel = 16

  private let bytesPerVoxel: Int
  private let isSwapped: Bool
  private let isSigned: Bool
  private var patterns: [UInt64] = []
  private var voxelCount = 0
  /// Whether more values, or other ones, were seen than labels have.
  private(set) var isDecided: Bool

  /// A census of the voxels that a header describes; decided where they cannot be labels.
  init(_ header: NiftiHeader) {
    bytesPerVoxel = header.storedType.bitsPerVoxel / 8
    isSwapped = header.isBigEndian != (1.bigEndian == 1)
    isSigned = header.storedType.isSigned
    isDecided = !header.storedType.isInteger || header.rescale != nil
  }

  /// Takes the next stored voxels in.
  mutating func add(_ chunk: RawSpan) {
    guard !isDecided else { return }
    switch bytesPerVoxel {
    case 1: count(chunk, UInt8.self)
    case 2: count(chunk, UInt16.self)
    case 4: count(chunk, UInt32.self)
    default: count(chunk, UInt64.self)
    }
  }

  /// Labels come in runs, so the value before is compared first; images decide within a few rows.
  @inline(__always)
  private mutating func count<Pattern: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ chunk: RawSpan, _: Pattern.Type
  ) {
    let width = MemoryLayout<Pattern>.size
    var last: Pattern?
    for offset in stride(from: 0, to: chunk.byteCount - width + 1, by: width) {
      let pattern = unsafe chunk.unsafeLoad(fromByteOffset: offset, as: Pattern.self)
      voxelCount += 1
      if pattern == last { continue }
      last = pattern
      guard !patterns.contains(UInt64(pattern)) else { continue }
      patterns.append(UInt64(pattern))
      if patterns.count > Self.mostLabels || isNegative(UInt64(pattern)) {
        isDecided = true
        return
      }
    }
  }

  private func isNegative(_ pattern: UInt64) -> Bool {
    guard isSigned else { return false }
    let bits = UInt64(8 * bytesPerVoxel)
    let value = isSwapped ? pattern.byteSwapped >> (64 - bits) : pattern
    return value >> (bits - 1) & 1 == 1
  }

  /// Whether the values look like labels: few, whole, none negative, each many times.
  var looksLikeLabels: Bool {
    !isDecided && patterns.count >= 2
      && voxelCount >= Self.fewestVoxelsPerLabel * patterns.count
  }

  /// Why a file's voxels are labels; nil for an image.
  ///
  /// - Parameters:
  ///   - name: The file's name, whose BIDS suffix is believed before the values are.
  ///   - census: The census of all voxels.
  ///   - isAcquisition: Whether the sidecar says that the file came from a scanner.
  /// - Returns: A sentence for people.
  static func reason(
    name: NiftiName, census: LabelCensus, isAcquisition: Bool
  ) -> String? {
    if let word = BidsSuffix(stem: name.stem).labelWord {
      return "the name says labels (\(word)), not an image"
    }
    guard census.looksLikeLabels, !isAcquisition, BidsSuffix(stem: name.stem).modality == nil
    else { return nil }
    return "\(census.patterns.count) distinct whole numbers: labels, not an image"
  }
}
