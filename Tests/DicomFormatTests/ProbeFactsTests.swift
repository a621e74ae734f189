import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing

@Suite("What the probe reports") struct ProbeFactsTests {
  private func facts(
    _ path: String, _ keywords: [String] = [], metal: Bool = false
  ) throws -> FileFacts {
    let question = ProbeQuestion(keywords: keywords, metal: metal)
    guard case .whole(let facts) = DicomProbe.verdict(path: path, question: question) else {
      throw DicomError(.malformed, "\(path) is not whole")
    }
    return facts
  }

  private func facts(
    _ image: DicomBytes, _ keywords: [String] = [], metal: Bool = false
  ) throws -> FileFacts {
    try TestFiles.withFolder { folder in
      try image.write(to: folder + "/x")
      return try facts(folder + "/x", keywords, metal: metal)
    }
  }

  @Test("Grid, type and identity of an MR slice") func small() throws {
    let facts = try facts(
      TestFiles.own("MR_small.dcm"), ["Modality", "ImageType", "NoSuchKeyword"])
    #expect(facts.shape == [64, 64])
    #expect(facts.spacing == [0.3125, 0.3125])
    #expect(facts.storedType == "int16")
    #expect(facts.attributes["Modality"] == ["MR"])
    #expect(facts.attributes["ImageType"]?.first == "DERIVED")
    #expect(facts.attributes["NoSuchKeyword"] == nil)
    let dicom = try #require(facts.dicom)
    #expect(dicom.sopClassUID == "1.2.840.10008.5.1.4.1.1.4")
    #expect(dicom.transferSyntaxUID == "1.2.840.10008.1.2.1")
    #expect(dicom.imageOrientation?.count == 6 && dicom.imagePosition?.count == 3)
    #expect(dicom.distinguishing["EchoTime"] == "240.0000")
    #expect(dicom.hasMetal == nil)
  }

  @Test("Only what was asked for crosses: no name unless a recipe asks") func asked() throws {
    let facts = try facts(TestFiles.own("CT_small.dcm"))
    #expect(facts.attributes.isEmpty)
  }

  @Test(
    "Values of other character sets come as UTF-8",
    arguments: [
      ("chrFrenMulti.dcm", "Buc^J\u{e9}r\u{f4}me"),
      ("chrRuss.dcm", "\u{41b}\u{44e}\u{43a}ce\u{43c}\u{431}yp\u{433}"),
    ])
  func characterSets(_ file: String, _ name: String) throws {
    let facts = try facts(TestFiles.own(file), ["PatientName"])
    #expect(facts.attributes["PatientName"] == [name])
  }

  @Test("A value that its character set does not have is escaped, not refused") func undecodable()
    throws
  {
    var image = DicomBytes.image(columns: 1, rows: 1, words: [1])
    image.set(0x0008_103E, "LO", [0x41, 0xFF, 0xFE, 0x42])
    let facts = try facts(image, ["SeriesDescription"])
    #expect(facts.attributes["SeriesDescription"] == ["A\\xFF\\xFEB"])
  }

  @Test("Numbers are written out, and values are split at backslashes") func values() throws {
    var image = DicomBytes.image(columns: 1, rows: 1, words: [1])
    image.set(0x0018_0020, "CS", text: "SE\\IR")
    image.set(0x0018_9087, "FD", [0, 0, 0, 0, 0, 0x40, 0x8F, 0x40])
    image.set(0x0008_2111, "ST", text: "a\\b")
    let facts = try facts(
      image, ["ScanningSequence", "Rows", "DiffusionBValue", "DerivationDescription"])
    #expect(facts.attributes["ScanningSequence"] == ["SE", "IR"])
    #expect(facts.attributes["Rows"] == ["1"])
    #expect(facts.attributes["DiffusionBValue"] == ["1000"])
    #expect(facts.attributes["DerivationDescription"] == ["a\\b"])
    #expect(facts.dicom?.distinguishing["DiffusionBValue"] == "1000")
  }

  @Test(
    "A file without preamble is read where its data set is plain",
    arguments: [DicomBytes.Coding.implicitLittle, .explicitLittle, .explicitBig])
  func bare(_ coding: DicomBytes.Coding) throws {
    var image = DicomBytes.image(columns: 2, rows: 1, words: [1, 2], coding: coding)
    image.hasPreamble = false
    let facts = try facts(image)
    #expect(facts.unsupportedReason == nil)
    #expect(facts.dicom?.transferSyntaxUID == coding.rawValue)
  }

  @Test("The dense bone of a real head is no metal", .enabled(if: SharedData.isPresent))
  func head() throws {
    let folder = SharedData.path("dicom/ct-series/ge-head-tilt18.5-28")
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      #expect(try facts(folder + "/" + file, metal: true).dicom?.hasMetal == false, "\(file)")
    }
  }

  @Test("A spectrum has rows, but is no image that waits for its pixels") func spectrum() throws {
    var image = DicomBytes.image(columns: 1, rows: 1, words: [])
    image.set(0x0008_0016, "UI", text: "1.2.840.10008.5.1.4.1.1.4.2")
    image.remove(0x7FE0_0010)
    #expect(try facts(image).skipReason?.contains("is not an image") == true)
  }

  @Test("PET announces its slices, and a series of phases all of them") func announced() throws {
    var image = DicomBytes.image(modality: "PT", columns: 1, rows: 1, words: [1])
    image.set(0x0054_0081, us: 47)
    #expect(try facts(image).dicom?.announcedInstances == nil)
    image.set(0x0054_1000, "CS", text: "STATIC\\IMAGE")
    #expect(try facts(image).dicom?.announcedInstances == 47)
    image.set(0x0054_1000, "CS", text: "DYNAMIC\\IMAGE")
    image.set(0x0054_0101, us: 3)
    #expect(try facts(image).dicom?.announcedInstances == 141)
  }

  @Test("What is never filtered says why")
  func skipped() throws {
    let base = DicomBytes.image(columns: 1, rows: 1, words: [1])
    let changes: [(tag: UInt32, vr: String, text: String, reason: String)] = [
      (0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER", "localizer"),
      (0x0008_0008, "CS", "DERIVED\\SECONDARY\\SCREEN SAVE", "screen"),
      (0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.7", "secondary capture"),
      (0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.66.4", "segmentation"),
      (0x0028_0004, "CS", "PALETTE COLOR", "colour"),
    ]
    for change in changes {
      var image = base
      image.set(change.tag, change.vr, text: change.text)
      let reason = try facts(image).skipReason
      #expect(reason?.contains(change.reason) == true, "\(change.text): \(reason ?? "")")
    }
    var flow = base
    flow.set(0x0028_0014, us: 1)
    #expect(try facts(flow).skipReason?.contains("colour flow") == true)
  }

  @Test("What this version cannot restore says why") func unsupported() throws {
    let base = DicomBytes.image(columns: 1, rows: 1, words: [1, 1])
    let changes: [(tag: UInt32, vr: String, text: String, reason: String)] = [
      (0x0028_0008, "IS", "2", "Several frames"),
      (0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC", "mosaic"),
      (0x0028_1053, "DS", "0", "Rescale Slope"),
      (0x0020_000E, "UI", "", "Series Instance UID"),
    ]
    for change in changes {
      var image = base
      image.set(change.tag, change.vr, text: change.text)
      let reason = try facts(image).unsupportedReason
      #expect(reason?.contains(change.reason) == true, "\(change.text): \(reason ?? "")")
    }
    var wide = base
    wide.set(0x0028_0100, us: 24)
    wide.set(0x7FE0_0010, "OW", [0, 0, 0, 0])
    #expect(try facts(wide).unsupportedReason?.contains("24 bits") == true)
    var cut = base
    cut.set(0x0028_0101, us: 17)
    #expect(try facts(cut).unsupportedReason?.contains("Bits Stored") == true)
  }

  @Test("Metal is looked for in a CT that has Hounsfield units, and only when asked") func metal()
    throws
  {
    var words = [UInt16](repeating: 1064, count: 400)
    for row in 5..<8 { for column in 5..<8 { words[row * 20 + column] = 4095 } }
    var image = DicomBytes.image(modality: "CT", columns: 20, rows: 20, words: words)
    image.set(0x0028_1052, "DS", text: "-1024")
    image.set(0x0028_1053, "DS", text: "1")
    #expect(try facts(image).dicom?.hasMetal == nil)
    #expect(try facts(image, metal: true).dicom?.hasMetal == true)
    image.set(0x7FE0_0010, "OW", words.flatMap { image.word(min($0, 1064)) })
    #expect(try facts(image, metal: true).dicom?.hasMetal == false)
    image.set(0x0008_0060, "CS", text: "MR")
    #expect(try facts(image, metal: true).dicom?.hasMetal == nil)
  }
}
