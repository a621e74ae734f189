public import Restoration
public import ScanModel

/// How large a scan is in memory, as far as its headers say.
public struct ScanExtent: Sendable, Equatable {
  /// Volumes of one grid.
  public struct Part: Sendable, Equatable {
    /// The grid.
    public var grid: VolumeGrid
    /// How many volumes have it.
    public var count: Double

    /// Bytes of all their voxels as `Float`.
    public var floatBytes: Double { count * grid.floatBytes }
  }

  /// Its volumes.
  public var parts: [Part]
  /// Bytes a voxel that are kept beside its value, to write it back bit by bit.
  public var storedBytes: Double
  /// Whether voxels may have no meaning: padding, NaN.
  public var mayExclude: Bool
  /// Bytes of scratch for the decoding of one file.
  public var decodingBytes: Double
  /// Bytes for the writing of one file: its values, its pixels and its source.
  public var writingBytes: Double
  /// How many files are read.
  public var files: Int

  /// Measures a scan.
  ///
  /// - Parameters:
  ///   - facts: What the headers say, one element a file.
  ///   - assembly: Which files make which volume; nil for NIfTI.
  public init(facts: [FileFacts], assembly: SeriesAssembly?) {
    switch facts.first?.format {
    case .dicom: self.init(dicom: facts, assembly)
    case .nifti, .archive, nil: self.init(nifti: facts.first)
    }
  }

  private init(nifti facts: FileFacts?) {
    let shape = facts?.shape ?? []
    func length(_ axis: Int) -> Int { axis < shape.count ? shape[axis] : 1 }
    func spacing(_ axis: Int) -> Double {
      guard let spacing = facts?.spacing, axis < spacing.count else { return 1 }
      return spacing[axis]
    }
    let grid = VolumeGrid(
      dimensions: [length(0), length(1), length(2)],
      voxelSpacing: [spacing(0), spacing(1), spacing(2)])
    // The product may be more than a whole number holds.
    let count = shape.dropFirst(3).reduce(1.0) { $0 * Double(max($1, 1)) }
    parts = [Part(grid: grid, count: count)]
    storedBytes = 0
    mayExclude = facts.map { $0.storedType.hasPrefix("float") } ?? false
    decodingBytes = 2 * 1_048_576
    writingBytes = 0
    files = 1
  }

  private init(dicom facts: [FileFacts], _ assembly: SeriesAssembly?) {
    let dicom = facts.compactMap(\.dicom)
    let stacks = (assembly ?? SeriesAssembly(of: dicom)).stacks
    parts = stacks.compactMap { stack in
      guard let first = stack.members.first, first < dicom.count else { return nil }
      let plane = first < facts.count ? facts[first].spacing : []
      // Frames are members each; of an object that does not say what they are there is but one.
      let slices = stack.members.reduce(0.0) { total, member in
        let isWhole = member < dicom.count && dicom[member].frameFacts == nil
        return total + Double(isWhole ? max(1, dicom[member].frames) : 1)
      }
      let grid = VolumeGrid(
        dimensions: [dicom[first].frameColumns, dicom[first].frameRows, Int(min(slices, 0x1p40))],
        voxelSpacing: [
          plane.first ?? 1, plane.count > 1 ? plane[1] : 1, stack.sliceSpacing ?? plane.first ?? 1,
        ])
      return Part(grid: grid, count: 1)
    }
    // Two bytes hold what nearly all scanners store.
    let fits = facts.allSatisfy { facts in
      ["8", "12", "16"].contains { facts.storedType.hasSuffix("int" + $0) }
    }
    let isLong = facts.contains { $0.storedType == "float64" }
    storedBytes = fits ? 2 : isLong ? 8 : 4
    mayExclude = dicom.contains { $0.modality == "CT" || $0.hasPadding ?? true }
    // The file, the decoder's frame, and the values as 32 bits.
    let largest = dicom.map { Double($0.rows) * Double($0.columns) }.max() ?? 0
    decodingBytes = (isLong ? 32 : 16) * largest
    // A multi-frame object is written as a whole: values in 32 bits twice, pixels twice, its source.
    let object = dicom.map { $0.frameFacts == nil ? 0 : $0.pixelCount }.max() ?? 0
    writingBytes = max(24 * largest, 16 * object) * (isLong ? 2 : 1)
    files = facts.count
  }

  /// Bytes of all voxels as `Float`.
  public var floatBytes: Double { parts.reduce(0) { $0 + $1.floatBytes } }
}
