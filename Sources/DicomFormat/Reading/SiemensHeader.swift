/// Siemens' own attributes: elements of private blocks, and the CSA image header among them.
///
/// The layout of the CSA header is as NiBabel's documentation has it ("Siemens format DICOM with
/// CSA header", type 2): `SV10`, the number of tags, then tags of 84 bytes with their items.
struct SiemensHeader {
  private let fields: [String: [String]]

  /// Reads the CSA image header; empty where there is none.
  init(_ root: HeaderItem) {
    let tag = Self.element(root, group: 0x0029, creator: "SIEMENS CSA HEADER", 0x10)
    fields = tag.map { Self.fields(root.bytes($0)) } ?? [:]
  }

  /// The tag of a private element, whichever block its creator has reserved.
  static func element(
    _ root: HeaderItem, group: UInt32, creator: String, _ element: UInt32
  ) -> Tag? {
    for block in UInt32(0x10)...0x1F where root.text(Tag(group << 16 | block)) == creator {
      return Tag(group << 16 | block << 8 | element)
    }
    return nil
  }

  /// The numbers of a field; empty where it is absent.
  func numbers(_ name: String) -> [Double] { (fields[name] ?? []).compactMap(Double.init) }

  /// The first number of a field.
  func first(_ name: String) -> Double? { numbers(name).first.flatMap { abs($0) < 1e9 ? $0 : nil } }

  static func fields(_ bytes: [UInt8]) -> [String: [String]] {
    func word(_ at: Int) -> Int? {
      guard at >= 0, at + 4 <= bytes.count else { return nil }
      return (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    func text(_ at: Int, _ count: Int) -> String {
      let end = min(at + count, bytes.count)
      guard at < end else { return "" }
      let text = bytes[at..<end].prefix { $0 != 0 }
      return String(decoding: text, as: UTF8.self).filter { $0 != " " }
    }
    guard bytes.starts(with: Array("SV10".utf8)), let count = word(8), count <= 1024 else {
      return [:]
    }
    var fields: [String: [String]] = [:]
    var at = 16
    for _ in 0..<count {
      let name = text(at, 64)
      guard let items = word(at + 76), items <= 4096 else { return fields }
      at += 84
      var values: [String] = []
      for _ in 0..<items {
        guard let length = word(at + 4), length <= bytes.count else { return fields }
        if length > 0 { values.append(text(at + 16, length)) }
        at += 16 + (length + 3) / 4 * 4
      }
      fields[name] = values
    }
    return fields
  }
}
