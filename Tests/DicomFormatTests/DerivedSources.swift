import DicomFormat
import Foundation
import ScanModel
import VolumeModel

/// Stacks made from files without the reading side: native pixels are taken as they lie, and
/// compressed ones are replaced by a ramp, as the writer never looks at them.
enum DerivedSources {
  /// A stack of files in the given order, placed as their positions say.
  static func stack(_ paths: [String]) throws -> DicomStack {
    let slices = try paths.map(slice)
    let facts = slices[0].facts
    var voxels: [Float] = []
    var excluded: [UInt8] = []
    for slice in slices {
      let rescale = slice.pixels.rescale
      voxels += slice.storedValues.map { Float(rescale.slope * Double($0) + rescale.intercept) }
      excluded += slice.storedValues.map {
        slice.pixels.padding?.contains(Int($0)) ?? false ? 1 : 0
      }
    }
    let dimensions = SIMD3(facts.columns, facts.rows, slices.count)
    let affine = try affine(slices)
    return DicomStack(
      slices: slices,
      volume: Volume(
        dimensions: dimensions, voxelSpacing: affine?.spacing ?? [1, 1, 1], voxels: voxels),
      voxelToPatient: affine,
      excluded: excluded.contains(1) ? Mask(dimensions: dimensions, bits: excluded) : nil,
      unit: facts.modality == "CT" ? .hounsfield : .arbitrary)
  }

  private static func affine(_ slices: [DicomSlice]) throws -> Affine3? {
    let root = try DerivedDataset(path: slices[0].path).root
    guard let position = root.numbers(DerivedTag(0x0020_0032)), position.count == 3,
      let orientation = root.numbers(DerivedTag(0x0020_0037)), orientation.count == 6,
      let spacing = root.numbers(DerivedTag(0x0028_0030)), spacing.count == 2
    else { return nil }
    let row = SIMD3(orientation[0], orientation[1], orientation[2])
    let column = SIMD3(orientation[3], orientation[4], orientation[5])
    let origin = SIMD3(position[0], position[1], position[2])
    var step = cross(row, column)
    if let last = slices.last?.facts.imagePosition, slices.count > 1 {
      step = (SIMD3(last[0], last[1], last[2]) - origin) / Double(slices.count - 1)
    }
    return Affine3(x: row * spacing[1], y: column * spacing[0], z: step, origin: origin)
  }

  /// One file as a slice.
  static func slice(_ path: String) throws -> DicomSlice {
    let root = try DerivedDataset(path: path).root
    func text(_ code: UInt32) -> String { root.text(DerivedTag(code)) ?? "" }
    func number(_ code: UInt32, _ fallback: Int = 0) -> Int { Int(text(code)) ?? fallback }
    let facts = DicomFacts(
      sopClassUID: text(0x0008_0016), sopInstanceUID: text(0x0008_0018),
      seriesInstanceUID: text(0x0020_000e), studyInstanceUID: text(0x0020_000d),
      transferSyntaxUID: try transferSyntax(path), modality: text(0x0008_0060),
      instanceNumber: Int(text(0x0020_0013)),
      imagePosition: root.numbers(DerivedTag(0x0020_0032)),
      rows: number(0x0028_0010), columns: number(0x0028_0011), frames: number(0x0028_0008, 1))
    let isSigned = number(0x0028_0103) == 1
    let slope = Double(text(0x0028_1053))
    let padding = Int(text(0x0028_0120)).map { first in
      let last = Int(text(0x0028_0121)) ?? first
      return min(first, last)...max(first, last)
    }
    let pixels = StoredPixels(
      bitsAllocated: number(0x0028_0100), bitsStored: number(0x0028_0101),
      highBit: number(0x0028_0102), isSigned: isSigned,
      rescale: Rescale(slope: slope ?? 1, intercept: Double(text(0x0028_1052)) ?? 0),
      hasRescale: slope != nil, padding: padding,
      photometricInterpretation: text(0x0028_0004))
    return DicomSlice(
      path: path, facts: facts, pixels: pixels, storedValues: stored(root, facts, pixels))
  }

  /// Stored values of native pixel data, or a ramp.
  static func stored(_ root: DerivedItem, _ facts: DicomFacts, _ pixels: StoredPixels) -> [Int32] {
    let count = facts.rows * facts.columns
    let unused = Int32(32 - pixels.bitsStored)
    let bytes = root.binary(DerivedTag(0x7fe0_0010)) ?? []
    guard bytes.count >= count * pixels.bitsAllocated / 8 else {
      return (0..<count).map { Int32($0 % (1 << (pixels.bitsStored - 1))) }
    }
    return (0..<count).map { index in
      let raw =
        pixels.bitsAllocated == 8
        ? Int32(bytes[index])
        : Int32(bytes[2 * index]) | Int32(bytes[2 * index + 1]) << 8
      let top = (raw >> Int32(pixels.highBit + 1 - pixels.bitsStored)) << unused
      return pixels.isSigned
        ? top >> unused : Int32(bitPattern: UInt32(bitPattern: top) >> UInt32(unused))
    }
  }

  /// Transfer Syntax UID, read from the bytes of the file meta header.
  static func transferSyntax(_ path: String) throws -> String {
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)).prefix(2000))
    guard
      let at = (0..<max(0, data.count - 8)).first(where: {
        Array(data[$0..<$0 + 6]) == [2, 0, 0x10, 0, 0x55, 0x49]
      })
    else { return "" }
    let length = Int(data[at + 6]) | Int(data[at + 7]) << 8
    return String(decoding: data[at + 8..<at + 8 + length], as: UTF8.self)
      .filter { $0 != "\0" }
  }

  /// A derivation that never changes.
  static func derivation(
    _ steps: [Derivation.Step] = [
      .init(name: "n4", summary: "shrink 4"),
      .init(name: "nlm", summary: "noise rician", kind: .smoothing),
    ]
  ) -> Derivation {
    Derivation(
      recipe: "test", recipeSHA256: String(repeating: "ab", count: 32), version: "0.1.0",
      deviceID: "unit-test", steps: steps, moment: Date(timeIntervalSince1970: 1_800_000_000))
  }

  /// Writes a stack into a new folder, gives it to the body, and removes it.
  static func writing<Result>(
    _ stack: DicomStack, restored: Volume? = nil, voxelToPatient: Affine3? = nil,
    derivation: Derivation? = nil, stackIndex: Int = 0,
    _ body: (WrittenSeries, String) throws -> Result
  ) throws -> Result {
    // In memory where the system offers that: results are synced, file by file.
    let isMemory = FileManager.default.isWritableFile(atPath: "/dev/shm")
    let parent = isMemory ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    let folder = parent + "/derived-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // nothing depends on it
    let written = try DerivedSeriesWriter.write(
      stack, restored: restored ?? stack.volume,
      voxelToPatient: voxelToPatient ?? stack.voxelToPatient,
      derivation: derivation ?? self.derivation(), stackIndex: stackIndex, into: folder)
    return try body(written, folder)
  }
}
