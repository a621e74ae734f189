import DicomFormat
import Foundation
import RestoradTestSupport
import Testing

@Suite("A result that supersedes an earlier one")
struct DerivedRevisionTests {
  private func revision(_ number: Int, of earlier: Int) -> Derivation {
    var derivation = DerivedSources.derivation()
    derivation.revision = number
    derivation.seriesNumberOffset = number
    derivation.predecessor = .init(
      recipeSHA256: derivation.recipeSHA256, version: derivation.version, revision: earlier)
    return derivation
  }

  private func stack(in folder: String) throws -> DicomStack {
    let file = DerivedSyntheticFile(sopClass: "4", modality: "MR", stored: [1, 2, 3, 4])
    return try DerivedSources.stack([try file.save(in: folder, as: "one.dcm")])
  }

  @Test("It has UIDs and a number of its own, and names the series that it supersedes")
  func chain() throws {
    try withDerivedFolder { folder in
      let stack = try stack(in: folder)
      let first = try DerivedSources.writing(stack) { written, _ in written }
      #expect(first.supersededSeriesInstanceUID == nil)
      let second = try DerivedSources.writing(stack, derivation: revision(2, of: 1)) {
        written, folder in
        let root = try DerivedDataset(path: folder + "/" + written.fileNames[0]).root
        let related = root.items(DerivedTag(0x0008_1250))
        #expect(related.map { $0.text(DerivedTag(0x0020_000e)) } == [first.seriesInstanceUID])
        #expect(related.first?.text(DerivedTag(0x0020_000d)) == "1.2.3")
        let purpose = related.first?.items(DerivedTag(0x0040_a170)).first
        #expect(purpose?.text(DerivedTag(0x0008_0100)) == "SUPERSEDED")
        #expect(root.items(DerivedTag(0x0008_0110)).count == 1)
        #expect(root.text(DerivedTag(0x0008_103e)) == "Head [n4+nlm, revision 2]")
        #expect(root.text(DerivedTag(0x0008_2111))?.contains("; revision 2") == true)
        #expect(root.text(DerivedTag(0x0020_0011)) == "5002")
        #expect(written.changes.added.contains("RelatedSeriesSequence"))
        return written
      }
      #expect(second.supersededSeriesInstanceUID == first.seriesInstanceUID)
      let third = try DerivedSources.writing(stack, derivation: revision(3, of: 2)) { written, _ in
        written
      }
      #expect(third.supersededSeriesInstanceUID == second.seriesInstanceUID)
      let all = [first, second, third]
      #expect(Set(all.map(\.seriesInstanceUID)).count == 3)
      #expect(Set(all.flatMap(\.sopInstanceUIDs)).count == 3)
      let again = try DerivedSources.writing(stack, derivation: revision(3, of: 2)) { written, _ in
        written
      }
      #expect(again == third)
    }
  }

  @Test("A declared scheme stands there also where no step has a private code")
  func scheme() throws {
    try withDerivedFolder { folder in
      var derivation = revision(2, of: 1)
      derivation.steps = [.init(name: "nlm", kind: .smoothing)]
      try DerivedSources.writing(try stack(in: folder), derivation: derivation) { written, folder in
        let root = try DerivedDataset(path: folder + "/" + written.fileNames[0]).root
        #expect(root.items(DerivedTag(0x0008_0110)).count == 1)
      }
    }
  }

  @Test(
    "The validators find nothing in it that they do not find in its source",
    .enabled(
      if: SharedData.isPresent && DerivedValidator.isInstalled, "scans or dicom3tools absent"),
    arguments: [
      "dicom/ts/pydicom/CT_small.dcm", "dicom/ts/pydicom/MR_small.dcm", "dicom/pt/1.dcm",
      "dicom/us/greyscale/GREYSCALE_IMAGE.dcm", "dicom/xray/dx-veterinary/dx_image.dcm",
    ])
  func gate(scan: String) throws {
    let path = SharedData.path(scan)
    let stack = try DerivedSources.stack([path])
    try DerivedSources.writing(stack, derivation: revision(2, of: 1)) { written, folder in
      let result = folder + "/" + written.fileNames[0]
      let new = try DerivedValidator.errors(result).subtracting(DerivedValidator.errors(path))
      #expect(new.isEmpty, "\(new.sorted())")
      let entities = try DerivedValidator.entityErrors([path, result])
        .subtracting(DerivedValidator.entityErrors([path]))
      #expect(entities.isEmpty, "\(entities.sorted())")
    }
  }
}
