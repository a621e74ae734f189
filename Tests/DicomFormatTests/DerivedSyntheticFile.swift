import Foundation

/// A small DICOM file made element by element, Explicit VR Little Endian.
struct DerivedSyntheticFile: Sendable {
  /// What an element holds.
  enum Value: Sendable {
    case text(String)
    case bytes([UInt8])
    case words([UInt16])
    case items([[Element]])
  }

  /// An element of a sequence item.
  struct Element: Sendable {
    var tag: UInt32
    var vr: String
    var value: Value
  }

  /// Elements by tag: VR and value.
  var elements: [UInt32: (String, Value)]

  /// An image of 16 bits allocated with the given class and stored values.
  init(
    sopClass: String, modality: String, rows: Int = 2, columns: Int = 2, bitsStored: Int = 12,
    signed: Bool = false, stored: [Int], plane: Int = 0
  ) {
    elements = [
      0x0008_0008: ("CS", .text("ORIGINAL\\PRIMARY\\AXIAL")),
      0x0008_0016: ("UI", .text("1.2.840.10008.5.1.4.1.1." + sopClass)),
      0x0008_0018: ("UI", .text("1.2.3.4.\(plane + 1)")),
      0x0008_0021: ("DA", .text("20200101")), 0x0008_0031: ("TM", .text("101010")),
      0x0008_0060: ("CS", .text(modality)), 0x0008_0070: ("LO", .text("Maker")),
      0x0008_103e: ("LO", .text("Head")), 0x0010_0010: ("PN", .text("Nobody")),
      0x0020_000d: ("UI", .text("1.2.3")), 0x0020_000e: ("UI", .text("1.2.3.4")),
      0x0020_0011: ("IS", .text("5")), 0x0020_0013: ("IS", .text("\(plane + 1)")),
      0x0020_0032: ("DS", .text("0\\0\\\(plane * 3)")),
      0x0020_0037: ("DS", .text("1\\0\\0\\0\\1\\0")),
      0x0028_0002: ("US", .words([1])), 0x0028_0004: ("CS", .text("MONOCHROME2")),
      0x0028_0010: ("US", .words([UInt16(rows)])), 0x0028_0011: ("US", .words([UInt16(columns)])),
      0x0028_0030: ("DS", .text("2\\1")), 0x0028_0100: ("US", .words([16])),
      0x0028_0101: ("US", .words([UInt16(bitsStored)])),
      0x0028_0102: ("US", .words([UInt16(bitsStored - 1)])),
      0x0028_0103: ("US", .words([signed ? 1 : 0])),
      0x7fe0_0010: ("OW", .words(stored.map { UInt16(truncatingIfNeeded: $0) })),
    ]
  }

  /// The bytes of the file.
  var bytes: [UInt8] {
    let meta: [UInt32: (String, Value)] = [
      0x0002_0001: ("OB", .bytes([0, 1])), 0x0002_0002: elements[0x0008_0016] ?? ("UI", .text("")),
      0x0002_0003: elements[0x0008_0018] ?? ("UI", .text("")),
      0x0002_0010: ("UI", .text("1.2.840.10008.1.2.1")), 0x0002_0012: ("UI", .text("1.2.3.9")),
    ]
    let header = Self.encoded(meta)
    let length: [UInt8] = [2, 0, 0, 0, 0x55, 0x4c, 4, 0] + Self.little(UInt32(header.count))
    return Array(repeating: 0, count: 128) + Array("DICM".utf8) + length + header
      + Self.encoded(elements)
  }

  /// Saves the file, and returns its path.
  func save(in folder: String, as name: String) throws -> String {
    let path = folder + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private static func encoded(_ elements: [UInt32: (String, Value)]) -> [UInt8] {
    elements.sorted { $0.key < $1.key }.flatMap { tag, element -> [UInt8] in
      var value = payload(element.1)
      if value.count % 2 == 1 { value.append(element.0 == "UI" || element.0 == "OB" ? 0 : 0x20) }
      let head = little(UInt16(tag >> 16)) + little(UInt16(tag & 0xffff)) + Array(element.0.utf8)
      return head
        + (["OB", "OW", "SQ", "UN"].contains(element.0)
          ? [0, 0] + little(UInt32(value.count)) : little(UInt16(value.count)))
        + value
    }
  }

  private static func payload(_ value: Value) -> [UInt8] {
    switch value {
    case .text(let text): return Array(text.utf8)
    case .bytes(let bytes): return bytes
    case .words(let words): return words.flatMap(little)
    case .items(let items):
      return items.flatMap { item in
        let content = encoded(
          Dictionary(uniqueKeysWithValues: item.map { ($0.tag, ($0.vr, $0.value)) }))
        return [0xfe, 0xff, 0x00, 0xe0] + little(UInt32(content.count)) + content
      }
    }
  }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

/// A folder that goes when the body ends.
func withDerivedFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/derived-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }  // nothing depends on it
  return try body(folder)
}
