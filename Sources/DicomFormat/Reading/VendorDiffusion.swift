/// How strongly and in which direction a diffusion image was weighted, where only a private
/// attribute of its maker says so (as dcm2niix reads them).
struct VendorDiffusion {
  /// s/mm², as text.
  private(set) var weight: String?
  /// The gradient's direction, as text.
  private(set) var direction: String?

  /// Looks into the blocks of Siemens, GE, Philips and United Imaging.
  init(_ root: HeaderItem) {
    func values(_ group: UInt32, _ creator: String, _ element: UInt32) -> [String] {
      SiemensHeader.element(root, group: group, creator: creator, element)
        .map { root.privateValues($0) } ?? []
    }
    weight =
      values(0x0019, "SIEMENS MR HEADER", 0x0C).first
      ?? Self.general(values(0x0043, "GEMS_PARM_01", 0x39).first)
      ?? values(0x2001, "Philips Imaging DD 001", 0x03).first
      ?? values(0x0065, "Image Private Header", 0x09).first
    let general = [0xBB, 0xBC, 0xBD].compactMap { values(0x0019, "GEMS_ACQU_01", $0).first }
    let philips = [0xB0, 0xB1, 0xB2].compactMap { element in
      values(0x2005, "Philips MR Imaging DD 001", element).first
    }
    let found = [values(0x0019, "SIEMENS MR HEADER", 0x0E), general, philips].first {
      $0.count == 3
    }
    direction = found?.joined(separator: "\\")
  }

  /// GE adds a billion to the b-values of some protocols.
  private static func general(_ text: String?) -> String? {
    guard let text, let value = Double(text), value.isFinite, value >= 0 else { return text }
    return "\(value.truncatingRemainder(dividingBy: 1e9))"
  }
}
