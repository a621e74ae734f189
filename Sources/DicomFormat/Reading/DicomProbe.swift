public import ScanModel
internal import VolumeModel

/// Looks into one file: what it is, whether it is all there, and what its header says.
public enum DicomProbe {
  /// Registers the decoders and reads the toolkit's dictionary from disk.
  ///
  /// Happens by itself at the first file; call it before access to the disk is taken away.
  public static func prepare() { Toolkit.start() }

  /// Says what a file is; never throws, whatever the bytes are.
  ///
  /// A file is DICOM if it has Part 10's preamble, or if it begins like a data set without one. It
  /// is whole if its structure can be walked from the first element to the last and its pixel data
  /// are as long as the header asks for; pixel data are not decoded, except to look for metal.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - question: Keywords whose values are wanted, and whether to look for metal in a CT.
  /// - Returns: `.incomplete` for every file that begins like DICOM, or like nothing yet, but is
  ///   not whole: more may come. Reasons name attributes and UIDs, never a patient's data.
  public static func verdict(path: String, question: ProbeQuestion) -> ProbeVerdict {
    var header: DicomFile?
    switch DicomLayout.walk(path: path, header: &header) {
    case .broken(let error): return .incomplete(sentence(error.reason))
    case .other(let head):
      guard let kind = FileKind.of(head) else { return .notScan("The file is not DICOM.") }
      return .notScan("The file is \(kind), not DICOM.")
    case .whole(let layout):
      do {
        return try verdict(path: path, layout: layout, header: header.take(), question: question)
      } catch {
        return .incomplete(sentence(error.reason))
      }
    }
  }

  private static func verdict(
    path: String, layout: DicomLayout, header: consuming DicomFile?, question: ProbeQuestion
  ) throws(DicomError) -> ProbeVerdict {
    var instance = try DicomInstance(
      path: path, layout: layout, header: header, keywords: question.keywords)
    if let dicom = instance.facts.dicom, SOPClass(uid: dicom.sopClassUID).isDirectory {
      return .index
    }
    let mayBeRestored =
      instance.facts.skipReason == nil && instance.facts.unsupportedReason == nil
    if question.metal, mayBeRestored, instance.facts.dicom?.modality == "CT" {
      let hasMetal = try instance.hasMetal()
      instance.facts.dicom?.hasMetal = hasMetal
    }
    return .whole(instance.facts)
  }

  /// The toolkit's reasons begin small and end without a full stop.
  private static func sentence(_ reason: String) -> String {
    let text = reason.prefix(1).uppercased() + reason.dropFirst()
    return text.hasSuffix(".") ? text : text + "."
  }
}

extension DicomInstance {
  /// Decodes a CT slice and looks for metal; only Hounsfield units can tell.
  fileprivate func hasMetal() throws(DicomError) -> Bool {
    // A look takes little memory, whatever the header says: no scanner's slices are that large.
    guard let columns = facts.dicom?.columns, let rows = facts.dicom?.rows,
      rows * columns <= 1 << 24
    else { return false }
    var isFound = false
    for piece in pieces where !isFound {
      guard piece.contains(where: { unit(of: $0) == .hounsfield }) else { continue }
      try decode(piece) { frame, slice in
        isFound =
          unit(of: frame) == .hounsfield
          && isMetal(slice.packed, pixels(of: frame), columns: columns)
        return !isFound
      }
    }
    return isFound
  }

  private func isMetal(_ packed: PackedValues, _ pixels: StoredPixels, columns: Int) -> Bool {
    // Nothing is clipped in so many bits.
    if pixels.bitsAllocated > 16 {
      let hounsfield = unsafe [Float](unsafeUninitializedCapacity: packed.count) { buffer, count in
        unsafe packed.initialize(
          UnsafeMutableBufferPointer(rebasing: buffer[..<packed.count]), through: pixels.rescale)
        count = packed.count
      }
      return MetalPresence.isPresent(
        hounsfield: hounsfield, columns: columns, clippedAt: nil)
    }
    let stored = packed.values
    let bits = pixels.isSigned ? pixels.bitsStored - 1 : pixels.bitsStored
    let largest = Int32((1 << bits) - 1)
    let isClipped = stored.count { $0 == largest } >= MetalPresence.leastPixels
    let slope = Float(pixels.rescale.slope)
    let intercept = Float(pixels.rescale.intercept)
    return MetalPresence.isPresent(
      hounsfield: stored.map { slope * Float($0) + intercept }, columns: columns,
      clippedAt: isClipped ? slope * Float(largest) + intercept : nil)
  }
}
