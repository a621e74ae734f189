import DicomFormat
import Testing
import VolumeModel

/// Writes a multi-frame object or a mosaic back without a change, and compares.
enum FrameRoundTrip {
  private static let ruled = Set(DerivedAttributeRules.all.map(\.tag))
  private static let derivations = DerivedTag(0x0008_9124)
  private static let frameType = DerivedTag(0x0008_9007)

  /// Records an issue where a value, a place or a kept attribute differs.
  static func check(_ path: String) throws {
    let key = path.split(separator: "/").suffix(2).joined(separator: "/")
    let series = try DicomSeries.read(paths: [path])
    try FrameSources.writing(series, derivation: DerivedSources.derivation([])) {
      (written, folder) in
      #expect(written.clippedVoxels == 0 && written.newRescale == nil, "\(key)")
      let result = folder + "/" + written.fileNames[0]
      let again = try DicomSeries.read(paths: [result])
      let (left, right) = (FrameSources.frames(again), FrameSources.frames(series))
      #expect(left.map(\.storedValues) == right.map(\.storedValues), "\(key)")
      #expect(left.map(\.colours) == right.map(\.colours), "\(key)")
      #expect(again.stacks.map(\.volume) == series.stacks.map(\.volume), "\(key)")
      #expect(again.stacks.map(\.voxelToPatient) == series.stacks.map(\.voxelToPatient), "\(key)")
      try compare(DerivedDataset(path: result).root, DerivedDataset(path: path).root, key)
    }
  }

  private static func compare(_ result: DerivedItem, _ source: DerivedItem, _ key: String) throws {
    for tag in source.tags where !ruled.contains(tag) {
      let isPixels = tag.code == 0x7FE0_0010 || (tag.code >> 16) & 0xFF01 == 0x6000
      let isGone = (tag.code >> 16) % 2 == 1 && !result.has(tag)
      if isPixels || isGone || tag.code & 0xFFFF == 0 { continue }
      #expect(isSame(result, source, tag), "\(key) \(tag.keyword)")
    }
  }

  /// Whether an element is the same, with all below it but what says that it was derived.
  private static func isSame(_ one: DerivedItem, _ other: DerivedItem, _ tag: DerivedTag) -> Bool {
    guard one.vr(tag) == other.vr(tag) else { return false }
    if tag == frameType {
      return Array(one.values(tag).dropFirst()) == Array(other.values(tag).dropFirst())
    }
    if other.vr(tag) != "SQ" {
      return one.bytes(tag) == other.bytes(tag) && one.binary(tag) == other.binary(tag)
    }
    let items = other.items(tag)
    guard one.items(tag).count == items.count else { return false }
    return zip(one.items(tag), items).allSatisfy { (left, right) in
      right.tags.allSatisfy { tag in
        let isPrivate = (tag.code >> 16) % 2 == 1
        return tag.code & 0xFFFF == 0 || tag == derivations || (isPrivate && !left.has(tag))
          || isSame(left, right, tag)
      }
    }
  }
}
