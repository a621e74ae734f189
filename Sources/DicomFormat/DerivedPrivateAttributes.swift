/// Private attributes that are known not to depend on pixel values.
///
/// Vendors document their blocks by creator (conformance statements; DCMTK's `private.dic`; the
/// readings of dcm2niix): acquisition parameters, gradients, slice timing. Everything else could
/// hold pixel statistics, thumbnails or raw data and is dropped.
enum DerivedPrivateAttributes {
  /// A block of private attributes that may stay.
  struct Block {
    /// Whether it says where voxels lie, so that a new grid makes it false.
    var describesGrid = false
    /// Elements (last two digits) that depend on pixel values all the same.
    var pixelElements: Set<UInt32> = []
    /// Elements that are right as long as stored values keep their scale.
    var scaleElements: Set<UInt32> = []
  }

  static let blocks: [String: Block] = [
    "SIEMENS CSA HEADER": Block(describesGrid: true),
    "SIEMENS MR HEADER": Block(describesGrid: true),
    "SIEMENS MR SDS 01": Block(describesGrid: true),
    "SIEMENS MR SDI 02": Block(describesGrid: true),
    "SIEMENS MR SDR 01": Block(),
    "SIEMENS MED": Block(),
    "SIEMENS CT VA0  COAD": Block(),
    "SIEMENS CT VA0  GEN": Block(),
    "SIEMENS MED PT": Block(),
    "SIEMENS MED NM": Block(),
    "GEMS_IDEN_01": Block(),
    "GEMS_ACQU_01": Block(describesGrid: true),
    "GEMS_RELA_01": Block(describesGrid: true),
    "GEMS_IMAG_01": Block(describesGrid: true),
    "GEMS_PARM_01": Block(),
    "GEMS_SERS_01": Block(),
    "GEMS_STDY_01": Block(),
    "GEMS_PATI_01": Block(),
    "GEMS_HELIOS_01": Block(),
    "GEMS_CT_CARDIAC_001": Block(),
    "GEMS_PETD_01": Block(),
    "PHILIPS IMAGING DD 001": Block(),
    "PHILIPS IMAGING DD 002": Block(),
    // Scale intercept and slope (0D, 0E) beside the extremes in floating point (09 to 0C).
    "PHILIPS MR IMAGING DD 001": Block(
      describesGrid: true, pixelElements: [0x08, 0x09, 0x0a, 0x0b, 0x0c],
      scaleElements: [0x0d, 0x0e]),
    "PHILIPS MR IMAGING DD 005": Block(),
    "TOSHIBA_MEC_MR3": Block(),
    "TOSHIBA_MEC_CT_1.0": Block(),
    "UIH": Block(),
  ]

  /// Which private attributes may stay.
  struct Keeping {
    var policy: Derivation.PrivateAttributes
    var gridChanges: Bool
    var keepsScale: Bool
  }

  /// Drops what may not stay, with items of sequences; returns how many attributes went.
  ///
  /// A creator goes with the last attribute of its block and does not count.
  static func prune(_ item: DerivedItem, _ keeping: Keeping) -> Int {
    guard keeping.policy == .independent else { return 0 }
    var dropped = 0
    let tags = item.tags
    var creators: [UInt32: (tag: DerivedTag, name: String)] = [:]
    for tag in tags where tag.isPrivateCreator {
      creators[tag.group << 8 | tag.element] = (tag, item.text(tag) ?? "")
    }
    var inUse: Set<UInt32> = []
    for tag in tags where !tag.isPrivateCreator {
      if tag.isPrivate {
        let block = tag.group << 8 | tag.element >> 8
        if stays(tag, creator: creators[block]?.name, keeping) {
          inUse.insert(block)
        } else {
          item.remove(tag)
          dropped += 1
        }
      } else if item.vr(tag) == "SQ" {
        for child in item.items(tag) { dropped += prune(child, keeping) }
      }
    }
    for (block, creator) in creators where !inUse.contains(block) { item.remove(creator.tag) }
    return dropped
  }

  private static func stays(_ tag: DerivedTag, creator: String?, _ keeping: Keeping) -> Bool {
    guard let creator, let block = blocks[creator.uppercased()] else { return false }
    let element = tag.element & 0xff
    if block.describesGrid && keeping.gridChanges { return false }
    if block.scaleElements.contains(element) { return keeping.keepsScale }
    return !block.pixelElements.contains(element)
  }
}
