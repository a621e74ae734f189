import Foundation

/// Writes small DICOM files by hand, right or wrong as a test wants them.
struct DicomBytes {
  /// How elements are written; deflated files are made by the toolkit's programs.
  enum Coding: String {
    case implicitLittle = "1.2.840.10008.1.2"
    case explicitLittle = "1.2.840.10008.1.2.1"
    case explicitBig = "1.2.840.10008.1.2.2"
    case runLength = "1.2.840.10008.1.2.5"
  }

  private(set) var elements: [(tag: UInt32, vr: String, value: [UInt8])] = []
  var coding: Coding
  var hasPreamble = true

  init(coding: Coding = .explicitLittle) { self.coding = coding }

  private var isBig: Bool { coding == .explicitBig }

  mutating func set(_ tag: UInt32, _ vr: String, _ value: [UInt8]) {
    elements.removeAll { $0.tag == tag }
    elements.append((tag, vr, value))
  }

  mutating func set(_ tag: UInt32, _ vr: String, text: String) {
    var bytes = Array(text.utf8)
    if bytes.count % 2 == 1 { bytes.append(vr == "UI" ? 0 : 0x20) }
    set(tag, vr, bytes)
  }

  mutating func set(_ tag: UInt32, us value: Int, vr: String = "US") {
    set(tag, vr, word(UInt16(truncatingIfNeeded: value)))
  }

  /// Little endian only.
  mutating func set(_ tag: UInt32, _ vr: String, doubles: [Double]) {
    let bytes = doubles.flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) }
    }
    set(tag, vr, bytes)
  }

  mutating func remove(_ tag: UInt32) { elements.removeAll { $0.tag == tag } }

  func word(_ value: UInt16) -> [UInt8] {
    let bytes = [UInt8(value & 0xFF), UInt8(value >> 8)]
    return isBig ? bytes.reversed() : bytes
  }

  private func long(_ value: UInt32) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) }
    return isBig ? bytes.reversed() : bytes
  }

  private func element(_ tag: UInt32, _ vr: String, _ value: [UInt8]) -> [UInt8] {
    var bytes = word(UInt16(tag >> 16)) + word(UInt16(tag & 0xFFFF))
    if coding == .implicitLittle {
      bytes += long(UInt32(value.count))
    } else if ["OB", "OD", "OF", "OW", "SQ", "UN", "UT", "ZZ"].contains(vr) {
      let isOpen = coding == .runLength && tag == 0x7FE0_0010
      bytes += Array(vr.utf8) + [0, 0] + long(isOpen ? .max : UInt32(value.count))
    } else {
      bytes += Array(vr.utf8) + word(UInt16(value.count))
    }
    return bytes + value
  }

  /// The file, its elements in ascending order.
  var file: [UInt8] {
    var bytes: [UInt8] = []
    if hasPreamble {
      var meta = DicomBytes()
      meta.set(0x0002_0002, "UI", text: text(0x0008_0016))
      meta.set(0x0002_0003, "UI", text: text(0x0008_0018))
      meta.set(0x0002_0010, "UI", text: coding.rawValue)
      meta.hasPreamble = false
      bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta.file
    }
    for (tag, vr, value) in elements.sorted(by: { $0.tag < $1.tag }) {
      bytes += element(tag, vr, value)
    }
    return bytes
  }

  private func text(_ tag: UInt32) -> String {
    let value = elements.first { $0.tag == tag }?.value ?? []
    return String(decoding: value.filter { $0 != 0 }, as: UTF8.self)
  }

  func write(to path: String) throws { try Data(file).write(to: URL(fileURLWithPath: path)) }
}

extension DicomBytes {
  /// An image of 16 bits signed with given words, the smallest that the reader takes.
  static func image(
    modality: String = "MR", columns: Int, rows: Int, words: [UInt16],
    coding: Coding = .explicitLittle, number: Int = 1
  ) -> DicomBytes {
    var file = DicomBytes(coding: coding)
    let classes = ["CT": "2", "MR": "4", "US": "6.1", "PT": "128", "CR": "1"]
    file.set(
      0x0008_0016, "UI", text: "1.2.840.10008.5.1.4.1.1." + (classes[modality] ?? "4"))
    file.set(0x0008_0018, "UI", text: "2.25.1000\(number)")
    file.set(0x0008_0008, "CS", text: "ORIGINAL\\PRIMARY")
    file.set(0x0008_0060, "CS", text: modality)
    file.set(0x0020_000D, "UI", text: "2.25.1")
    file.set(0x0020_000E, "UI", text: "2.25.2")
    file.set(0x0020_0013, "IS", text: "\(number)")
    file.set(0x0028_0002, us: 1)
    file.set(0x0028_0004, "CS", text: "MONOCHROME2")
    file.set(0x0028_0010, us: rows)
    file.set(0x0028_0011, us: columns)
    file.set(0x0028_0100, us: 16)
    file.set(0x0028_0101, us: 16)
    file.set(0x0028_0102, us: 15)
    file.set(0x0028_0103, us: 1)
    file.set(0x7FE0_0010, "OW", words.flatMap { file.word($0) })
    return file
  }

  /// Gives the image a place: rows to the left, columns to the back, `z` mm to the head.
  mutating func place(z: Double, spacing: String = "2\\0.5") {
    set(0x0020_0032, "DS", text: "-10\\-20\\\(z)")
    set(0x0020_0037, "DS", text: "1\\0\\0\\0\\1\\0")
    set(0x0028_0030, "DS", text: spacing)
  }
}
