import DicomFormat
import Foundation
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("The attributes of a derived instance")
struct DerivedAttributeTests {
  /// Derives one synthetic file and gives the body the result's data set.
  static func derive<Result>(
    _ files: [DerivedSyntheticFile], scale: Float = 1,
    derivation: Derivation = DerivedSources.derivation(),
    _ body: (WrittenSeries, DerivedItem) throws -> Result
  ) throws -> Result {
    try withDerivedFolder { folder in
      let paths = try files.enumerated().map { try $1.save(in: folder, as: "\($0).dcm") }
      let stack = try DerivedSources.stack(paths)
      let restored = stack.volume.replacingVoxels(stack.volume.voxels.map { $0 * scale })
      return try DerivedSources.writing(stack, restored: restored, derivation: derivation) {
        written, results in
        try body(written, DerivedDataset(path: results + "/" + written.fileNames[0]).root)
      }
    }
  }

  static func derive<Result>(
    _ file: DerivedSyntheticFile, scale: Float = 1,
    derivation: Derivation = DerivedSources.derivation(),
    _ body: (WrittenSeries, DerivedItem) throws -> Result
  ) throws -> Result {
    try derive([file], scale: scale, derivation: derivation, body)
  }

  static let mr = DerivedSyntheticFile(sopClass: "4", modality: "MR", stored: [0, 10, 20, 30])

  @Test("Study, patient, acquisition and instance number stay, UIDs and numbers are new")
  func identity() throws {
    try Self.derive(Self.mr) { written, root in
      #expect(root.text(DerivedTag(0x0020_000d)) == "1.2.3")
      #expect(root.text(DerivedTag(0x0010_0010)) == "Nobody")
      #expect(root.text(DerivedTag(0x0020_0013)) == "1")
      #expect(root.text(DerivedTag(0x0020_000e)) == written.seriesInstanceUID)
      #expect(root.text(DerivedTag(0x0008_0018)) == written.sopInstanceUIDs[0])
      #expect(written.seriesInstanceUID.hasPrefix("2.25."))
      #expect(root.text(DerivedTag(0x0020_0011)) == "5001")
      #expect(root.text(DerivedTag(0x0008_103e)) == "Head [n4+nlm]")
      #expect(root.text(DerivedTag(0x0008_0023)) == "20270115")
      #expect(root.text(DerivedTag(0x0008_0033)) == "080000")
      #expect(root.text(DerivedTag(0x0008_0021)) == "20270115")
    }
  }

  @Test(
    "Series Number is source × 1000 + k, and 1000 + k where that cannot be",
    arguments: [("5", 2, "5002"), ("", 1, "1001"), ("2147483", 648, "1648"), ("-3", 1, "1001")])
  func seriesNumber(source: String, k: Int, expected: String) throws {
    var file = Self.mr
    file.elements[0x0020_0011] = ("IS", .text(source))
    var derivation = DerivedSources.derivation()
    derivation.seriesNumberOffset = k
    try Self.derive(file, derivation: derivation) { _, root in
      #expect(root.text(DerivedTag(0x0020_0011)) == expected)
    }
  }

  @Test(
    "Image Type is DERIVED, and PRIMARY only where the class knows nothing else",
    arguments: [
      ("4", "ORIGINAL\\PRIMARY\\M\\ND", "DERIVED\\SECONDARY\\M\\ND\\RESTORED"),
      ("2", "ORIGINAL\\PRIMARY\\AXIAL", "DERIVED\\SECONDARY\\AXIAL\\RESTORED"),
      ("128", "ORIGINAL\\PRIMARY", "DERIVED\\PRIMARY"),
      ("1.1", "ORIGINAL\\PRIMARY", "DERIVED\\SECONDARY\\"),
      ("1", "", "DERIVED\\SECONDARY"),
    ])
  func imageType(sopClass: String, source: String, expected: String) throws {
    var file = DerivedSyntheticFile(sopClass: sopClass, modality: "OT", stored: [0, 1, 2, 3])
    file.elements[0x0008_0008] = ("CS", .text(source))
    try Self.derive(file) { _, root in
      #expect(root.text(DerivedTag(0x0008_0008)) == expected)
    }
  }

  @Test("PET keeps Series Date and Time, the reference of its decay correction")
  func petSeriesTime() throws {
    let file = DerivedSyntheticFile(sopClass: "128", modality: "PT", stored: [0, 1, 2, 3])
    try Self.derive(file) { _, root in
      #expect(root.text(DerivedTag(0x0008_0021)) == "20200101")
      #expect(root.text(DerivedTag(0x0008_0031)) == "101010")
    }
  }

  @Test("Sources, steps and equipment are named, and the private scheme is declared")
  func provenance() throws {
    let files = [0, 1].map {
      DerivedSyntheticFile(sopClass: "4", modality: "MR", stored: [0, 1, 2, 3], plane: $0)
    }
    try Self.derive(files) { _, root in
      let sources = root.items(DerivedTag(0x0008_2112))
      #expect(sources.map { $0.text(DerivedTag(0x0008_1155)) } == ["1.2.3.4.1", "1.2.3.4.2"])
      #expect(sources.allSatisfy { $0.text(DerivedTag(0x0028_135a)) == "YES" })
      let purposes = sources.flatMap { $0.items(DerivedTag(0x0040_a170)) }
      #expect(purposes.map { $0.text(DerivedTag(0x0008_0100)) } == ["121322", "121322"])
      let steps = root.items(DerivedTag(0x0008_9215))
      #expect(steps.map { $0.text(DerivedTag(0x0008_0100)) } == ["N4", "113087"])
      #expect(steps.map { $0.text(DerivedTag(0x0008_0102)) } == ["99RESTORAD", "DCM"])
      let schemes = root.items(DerivedTag(0x0008_0110))
      #expect(schemes.map { $0.text(DerivedTag(0x0008_0102)) } == ["99RESTORAD"])
      let equipment = root.items(DerivedTag(0x0018_a001))
      #expect(equipment.map { $0.text(DerivedTag(0x0008_0070)) } == ["Restorad", "Maker"])
      #expect(equipment[0].text(DerivedTag(0x0018_1000)) == "unit-test")
      #expect(equipment[0].text(DerivedTag(0x0018_a002)) == "20270115080000+0000")
      let series = root.items(DerivedTag(0x0008_1115))
      #expect(series.map { $0.text(DerivedTag(0x0020_000e)) } == ["1.2.3.4"])
      #expect(series[0].items(DerivedTag(0x0008_114a)).count == 2)
      #expect(root.text(DerivedTag(0x0008_0070)) == "Maker")
      let text = root.text(DerivedTag(0x0008_2111)) ?? ""
      #expect(text.hasPrefix("Restorad 0.1.0, recipe test") && text.contains("n4 (shrink 4)"))
    }
  }

  @Test("A de-identified source stays so: the result does not name the device")
  func deidentified() throws {
    var file = Self.mr
    file.elements[0x0012_0062] = ("CS", .text("YES"))
    file.elements[0x0012_0063] = ("LO", .text("by hand"))
    try Self.derive(file) { _, root in
      #expect(root.text(DerivedTag(0x0012_0062)) == "YES")
      #expect(root.text(DerivedTag(0x0012_0063)) == "by hand")
      let equipment = root.items(DerivedTag(0x0018_a001))
      #expect(equipment.allSatisfy { !$0.has(DerivedTag(0x0018_1000)) })
    }
  }

  @Test("Standard equipment names Restorad, with the scanner in the sequence")
  func standardEquipment() throws {
    var derivation = DerivedSources.derivation()
    derivation.equipment = .standard
    try Self.derive(Self.mr, derivation: derivation) { _, root in
      #expect(root.text(DerivedTag(0x0008_0070)) == "Restorad")
      #expect(
        root.items(DerivedTag(0x0018_a001))[0].text(DerivedTag(0x0008_0070)) == "Maker")
    }
  }

  @Test("What shows, signs or points to the old pixels is dropped")
  func dropped() throws {
    var file = Self.mr
    file.elements[0x0088_0200] = (
      "SQ", .items([[.init(tag: 0x0028_0010, vr: "US", value: .words([1]))]])
    )
    file.elements[0xfffa_fffa] = (
      "SQ", .items([[.init(tag: 0x0400_0005, vr: "US", value: .words([1]))]])
    )
    file.elements[0x0028_0108] = ("US", .words([0]))
    file.elements[0xfffc_fffc] = ("OB", .bytes([0, 0, 0, 0]))
    try Self.derive(file) { written, root in
      for tag in [0x0088_0200, 0xfffa_fffa, 0x0028_0108, 0xfffc_fffc] as [UInt32] {
        #expect(!root.has(DerivedTag(tag)))
      }
      #expect(written.changes.removed.contains("IconImageSequence"))
    }
  }

  @Test("An overlay in unused bits goes, one with data of its own stays")
  func overlays() throws {
    var file = Self.mr
    file.elements[0x6000_0100] = ("US", .words([16]))
    file.elements[0x6000_0102] = ("US", .words([12]))
    file.elements[0x6002_0102] = ("US", .words([0]))
    file.elements[0x6002_3000] = ("OW", .words([5]))
    try Self.derive(file) { _, root in
      #expect(!root.has(DerivedTag(0x6000_0100)) && !root.has(DerivedTag(0x6000_0102)))
      #expect(root.binary(DerivedTag(0x6002_3000)) == [5, 0])
    }
  }

  @Test("Private attributes known not to depend on pixels stay, others go and are counted")
  func privateAttributes() throws {
    var file = Self.mr
    file.elements[0x0019_0010] = ("LO", .text("GEMS_ACQU_01"))
    file.elements[0x0019_109c] = ("LO", .text("fgre"))
    file.elements[0x0021_0011] = ("LO", .text("SECRET SAUCE"))
    file.elements[0x0021_1101] = ("LO", .text("a"))
    file.elements[0x0021_1102] = ("LO", .text("b"))
    file.elements[0x0023_1001] = ("LO", .text("no creator"))
    file.elements[0x2005_0010] = ("LO", .text("Philips MR Imaging DD 001"))
    file.elements[0x2005_1009] = ("LO", .text("min"))
    file.elements[0x2005_100e] = ("LO", .text("slope"))
    try Self.derive(file) { written, root in
      #expect(written.droppedPrivateAttributes == 4)
      let kept = root.tags.filter { $0.code >> 16 & 1 == 1 }.map(\.code)
      #expect(kept == [0x0019_0010, 0x0019_109c, 0x2005_0010, 0x2005_100e])
    }
    var derivation = DerivedSources.derivation()
    derivation.keepPrivate = .all
    try Self.derive(file, derivation: derivation) { written, root in
      #expect(written.droppedPrivateAttributes == 0)
      #expect(root.text(DerivedTag(0x0021_1101)) == "a")
    }
  }

  @Test("Windows stay with the value range, and follow it when it changes")
  func windows() throws {
    var file = Self.mr
    file.elements[0x0028_1050] = ("DS", .text("15\\10"))
    file.elements[0x0028_1051] = ("DS", .text("30\\4"))
    file.elements[0x0028_3010] = (
      "SQ", .items([[.init(tag: 0x0028_3003, vr: "LO", value: .text("x"))]])
    )
    try Self.derive(file) { _, root in
      #expect(root.text(DerivedTag(0x0028_1050)) == "15\\10")
      #expect(root.has(DerivedTag(0x0028_3010)))
    }
    try Self.derive(file, scale: 2) { _, root in
      #expect(root.numbers(DerivedTag(0x0028_1050)) == [30, 20])
      #expect(root.numbers(DerivedTag(0x0028_1051)) == [60, 8])
      #expect(!root.has(DerivedTag(0x0028_3010)))
    }
  }

  @Test("A CT made for the eye is no longer in HU, any other CT is")
  func presentation() throws {
    let file = DerivedEncodingTests.ct([0, 1, 2, 3])
    var derivation = DerivedSources.derivation()
    try Self.derive(file, derivation: derivation) { _, root in
      // The source said so by being ORIGINAL.
      #expect(root.text(DerivedTag(0x0028_1054)) == "HU")
    }
    derivation.presentation = true
    try Self.derive(file, derivation: derivation) { _, root in
      #expect(root.text(DerivedTag(0x0028_1054)) == "US")
      #expect(root.text(DerivedTag(0x0008_2111))?.contains("no longer Hounsfield") == true)
    }
  }

  @Test(
    "A loss in the source's past or transfer syntax is never forgotten",
    .enabled(if: SharedData.isPresent, "scans absent"),
    arguments: [
      ("dicom/nm/JPEG2000_UNC.dcm", "01"),
      (
        "dicom/ts/ge-chest-ct-16ts/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm",
        "01"
      ),
      (
        "dicom/ts/ge-chest-ct-16ts/CTImage.dcm_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm",
        "01"
      ),
      ("dicom/us/greyscale/GREYSCALE_IMAGE.dcm", "00"),
    ])
  func loss(scan: String, flag: String) throws {
    let stack = try DerivedSources.stack([SharedData.path(scan)])
    try DerivedSources.writing(stack) { written, folder in
      let root = try DerivedDataset(path: folder + "/" + written.fileNames[0]).root
      #expect(root.text(DerivedTag(0x0028_2110)) == flag)
      let isCompressed = scan.contains("CTImage")
      #expect(!isCompressed || (root.numbers(DerivedTag(0x0028_2112))?[0] ?? 0) > 1)
    }
  }

  @Test("Two writes give the same bytes, and a third generation is a new series")
  func generations() throws {
    try withDerivedFolder { folder in
      let path = try Self.mr.save(in: folder, as: "IM 0001")
      let stack = try DerivedSources.stack([path])
      let (name, first) = try DerivedSources.writing(stack) { written, results in
        (
          written.fileNames[0],
          try Data(contentsOf: URL(fileURLWithPath: results + "/" + written.fileNames[0]))
        )
      }
      // A space in the name: numbered instead.
      #expect(name == "00001.dcm")
      try DerivedSources.writing(stack) { written, results in
        let second = results + "/" + written.fileNames[0]
        #expect(try Data(contentsOf: URL(fileURLWithPath: second)) == first)
        let next = try DerivedSources.stack([second])
        try DerivedSources.writing(next) { again, folder in
          #expect(again.seriesInstanceUID != written.seriesInstanceUID)
          let root = try DerivedDataset(path: folder + "/" + again.fileNames[0]).root
          #expect(
            root.items(DerivedTag(0x0008_2112)).map { $0.text(DerivedTag(0x0008_1155)) }
              == written.sopInstanceUIDs)
          #expect(root.items(DerivedTag(0x0018_a001)).count == 3)
          #expect(root.items(DerivedTag(0x0008_9215)).count == 4)
          #expect(root.items(DerivedTag(0x0008_0110)).count == 1)
          #expect(root.text(DerivedTag(0x0020_0011)) == "5001001")
          #expect(try DerivedSources.slice(second).storedValues == stack.slices[0].storedValues)
        }
      }
    }
  }

  @Test("No attribute has two rules, and every rule says why")
  func table() {
    let rules = DerivedAttributeRules.all
    #expect(Set(rules.map(\.tag)).count == rules.count)
    #expect(rules.allSatisfy { !$0.reason.isEmpty && !$0.condition.isEmpty })
    #expect(rules.allSatisfy { !$0.tag.keyword.hasPrefix("(") })
  }
}
