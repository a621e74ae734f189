public import ScanModel

/// Compares two files attribute by attribute.
public struct InstanceComparison {
  /// More attributes than these are only counted.
  private static let most = 256
  /// Sequences are followed no deeper.
  private static let depth = 16
  /// Pixel Data, Float and Double Float Pixel Data.
  private static let pixelTags: Set<DerivedTag> = [
    .pixelData, .floatPixelData, .doubleFloatPixelData,
  ]

  private var found: [InstanceDifference.Attribute] = []
  private var seen: Set<String> = []

  private init() {}

  /// Says how a file differs from an earlier one.
  ///
  /// - Parameters:
  ///   - later: The file's path.
  ///   - earlier: The path of the one before it.
  /// - Returns: The attributes that differ, and whether the pixels do.
  /// - Throws: `DicomError` when one of them cannot be read.
  public static func difference(
    of later: String, from earlier: String
  ) throws(DicomError) -> InstanceDifference {
    let new = try DerivedDataset(path: later)
    let old = try DerivedDataset(path: earlier)
    var comparison = InstanceComparison()
    comparison.compare(new.root, old.root, within: [])
    let pixels = pixels(of: new.root, at: later, old.root, at: earlier)
    return InstanceDifference(
      attributes: Array(comparison.found.prefix(most)),
      unlisted: max(0, comparison.found.count - most), pixels: pixels)
  }

  // MARK: Attributes

  private mutating func compare(_ new: DerivedItem, _ old: DerivedItem, within path: [DerivedTag]) {
    let newTags = Set(new.tags)
    let oldTags = Set(old.tags)
    for tag in newTags.union(oldTags).sorted()
    where !path.isEmpty || !Self.pixelTags.contains(tag) {
      switch (newTags.contains(tag), oldTags.contains(tag)) {
      case (true, false): note(path + [tag], .added, new.vr(tag), later: Self.length(of: tag, new))
      case (false, true):
        note(path + [tag], .removed, old.vr(tag), earlier: Self.length(of: tag, old))
      default: compare(tag, new, old, within: path)
      }
    }
  }

  private mutating func compare(
    _ tag: DerivedTag, _ new: DerivedItem, _ old: DerivedItem, within path: [DerivedTag]
  ) {
    if new.vr(tag) == "SQ", old.vr(tag) == "SQ", path.count < Self.depth {
      let newItems = new.items(tag)
      let oldItems = old.items(tag)
      if newItems.count == oldItems.count {
        for (new, old) in zip(newItems, oldItems) { compare(new, old, within: path + [tag]) }
        return
      }
    } else if new.vr(tag) == old.vr(tag), Self.value(of: tag, new) == Self.value(of: tag, old) {
      return
    }
    note(
      path + [tag], .changed, new.vr(tag), earlier: Self.length(of: tag, old),
      later: Self.length(of: tag, new))
  }

  private mutating func note(
    _ path: [DerivedTag], _ change: InstanceDifference.Attribute.Change, _ vr: String,
    earlier: Int? = nil, later: Int? = nil
  ) {
    let tag = path.map(\.text).joined(separator: ".")
    guard seen.insert("\(tag) \(change.rawValue)").inserted else { return }
    found.append(
      InstanceDifference.Attribute(
        tag: tag, keyword: path.map(\.keyword).joined(separator: "."), vr: vr, change: change,
        earlierLength: earlier, laterLength: later))
  }

  private static func value(of tag: DerivedTag, _ item: DerivedItem) -> [UInt8] {
    item.binary(tag) ?? item.bytes(tag) ?? []
  }

  private static func length(of tag: DerivedTag, _ item: DerivedItem) -> Int {
    item.vr(tag) == "SQ" ? item.items(tag).count : value(of: tag, item).count
  }

  // MARK: Pixels

  private static func pixels(
    of new: DerivedItem, at newPath: String, _ old: DerivedItem, at oldPath: String
  ) -> InstanceDifference.Pixels {
    let tags = pixelTags.filter { new.has($0) || old.has($0) }
    if tags.isEmpty { return .none }
    guard tags.allSatisfy({ new.has($0) && old.has($0) }) else { return .missing }
    if new.encapsulatedLength == 0, old.encapsulatedLength == 0 {
      return tags.allSatisfy { value(of: $0, new) == value(of: $0, old) } ? .same : .differ
    }
    guard let newPixels = decoded(newPath), let oldPixels = decoded(oldPath) else {
      return .unknown
    }
    return newPixels == oldPixels ? .same : .differ
  }

  /// One frame as it is stored, once it is decoded.
  private struct Frame: Equatable {
    var stored: [Int32]
    var upperHalves: [Int32]
    var colours: ColourPixels?
  }

  /// The frames of a file in their order; nil when they cannot be decoded.
  private static func decoded(_ path: String) -> [Frame]? {
    guard let series = try? DicomSeries.read(paths: [path]) else { return nil }
    return (series.stacks + series.carried).flatMap(\.slices).sorted { $0.frame < $1.frame }
      .map { Frame(stored: $0.storedValues, upperHalves: $0.upperHalves, colours: $0.colours) }
  }
}

extension DerivedTag {
  /// The tag as `(gggg,eeee)`.
  package var text: String {
    let digits = String(code, radix: 16)
    let padded = String(repeating: "0", count: 8 - digits.count) + digits
    return "(\(padded.prefix(4)),\(padded.suffix(4)))"
  }
}
