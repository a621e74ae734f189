/// Names what a file that is no DICOM may be, so that a person need not open it.
enum FileKind {
  private static let signatures: [(bytes: [UInt8], name: String)] = [
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0x1F, 0x8B], "a gzip file"),
    ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
    ([0x42, 0x5A, 0x68], "a bzip2 file"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file"),
    ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"),
    ([0x47, 0x49, 0x46, 0x38], "a GIF image"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ([0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000 codestream"),
    ([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50], "a JPEG 2000 image"),
  ]

  /// The kind that the first bytes show; nil when they show none.
  static func of(_ head: [UInt8]) -> String? {
    if let known = signatures.first(where: { head.starts(with: $0.bytes) }) { return known.name }
    let isText = { (byte: UInt8) in
      (0x20..<0x7F).contains(byte) || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
    return head.count >= 4 && head.allSatisfy(isText) ? "a text file" : nil
  }
}
