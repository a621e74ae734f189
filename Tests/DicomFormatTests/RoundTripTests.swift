import DicomFormat
import Foundation
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("Reading and writing back") struct RoundTripTests {
  /// Attributes that have a rule and may change; all others must not.
  private static let ruled = Set(DerivedAttributeRules.all.map(\.tag))

  /// The files of a folder that may be restored, as the reviewed table has them.
  private func readable(_ prefix: String) throws -> [String] {
    try String(contentsOfFile: TestFiles.expected("probe.tsv"), encoding: .utf8)
      .split(separator: "\n")
      .filter { $0.hasPrefix(prefix) && $0.contains("\twhole\t") }
      .map { String($0.prefix { $0 != "\t" }.dropFirst(prefix.count)) }
  }

  @Test("Every small file comes back with its pixels, place and kept attributes")
  func ownFiles() throws {
    for file in try readable("own/") { try check(TestFiles.own(file)) }
  }

  @Test(
    "Every readable real scan comes back with its pixels, place and kept attributes",
    .enabled(if: SharedData.isPresent))
  func sharedFiles() throws {
    let files = try readable("shared/")
    #expect(files.count > 60)
    for file in files { try check(SharedData.path("dicom/" + file)) }
  }

  private func check(_ path: String) throws {
    let series = try DicomSeries.read(paths: [path])
    if series.hasFrames { return try FrameRoundTrip.check(path) }
    let stack = try #require(series.stacks.first)
    try DerivedSources.writing(stack, derivation: DerivedSources.derivation([])) {
      (written, folder) in
      let result = folder + "/" + written.fileNames[0]
      let again = try #require(DicomSeries.read(paths: [result]).stacks.first)
      let name = path.split(separator: "/").suffix(2).joined(separator: "/")
      comparePixels(again, with: stack, name)
      let source = try DerivedDataset(path: path).root
      try compareAttributes(DerivedDataset(path: result).root, with: source, name)
      #expect(written.clippedVoxels == 0 && written.newRescale == nil, "\(name)")
    }
  }

  private func comparePixels(_ again: DicomStack, with stack: DicomStack, _ name: String) {
    #expect(again.slices[0].storedValues == stack.slices[0].storedValues, "\(name)")
    #expect(again.slices[0].colours == stack.slices[0].colours, "\(name)")
    #expect(again.volume == stack.volume, "\(name)")
    #expect(again.voxelToPatient == stack.voxelToPatient, "\(name)")
    // A table took what was padding with it.
    if !stack.slices[0].pixels.isMapped { #expect(again.excluded == stack.excluded, "\(name)") }
    var pixels = stack.slices[0].pixels
    pixels.bitsAllocated = again.slices[0].pixels.bitsAllocated
    pixels.photometricInterpretation = again.slices[0].pixels.photometricInterpretation
    if stack.slices[0].colours == nil, !pixels.isMapped {
      #expect(again.slices[0].pixels == pixels, "\(name)")
    }
  }

  private func compareAttributes(
    _ result: DerivedItem, with source: DerivedItem, _ name: String
  ) throws {
    for tag in source.tags where !Self.ruled.contains(tag) {
      let group = tag.code >> 16
      // Pixels were compared as values; overlays without data lay in their bits.
      let isPixels = tag.code == 0x7FE0_0010 || group & 0xFF01 == 0x6000
      let isGroupLength = tag.code & 0xFFFF == 0
      let isPrivate = group % 2 == 1
      if isPixels || isGroupLength || (isPrivate && !result.has(tag)) { continue }
      #expect(isSame(result, source, tag), "\(name) \(tag.keyword)")
    }
  }

  /// Whether an element is the same in two data sets, with all below it.
  private func isSame(_ one: DerivedItem, _ other: DerivedItem, _ tag: DerivedTag) -> Bool {
    guard one.vr(tag) == other.vr(tag) else { return false }
    if other.vr(tag) != "SQ" {
      return one.bytes(tag) == other.bytes(tag) && one.binary(tag) == other.binary(tag)
    }
    let items = other.items(tag)
    guard one.items(tag).count == items.count else { return false }
    return zip(one.items(tag), items).allSatisfy { (left, right) in
      // Private attributes may go below, too.
      right.tags.allSatisfy { tag in
        let isPrivate = (tag.code >> 16) % 2 == 1
        return tag.code & 0xFFFF == 0 || (isPrivate && !left.has(tag))
          || isSame(left, right, tag)
      }
    }
  }
}
