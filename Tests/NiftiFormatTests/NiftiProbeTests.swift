import NiftiFormat
import ScanModel
import Testing
import VolumeModel

@Suite struct NiftiProbeTests {
  @Test("NIfTI names are known in any case")
  func names() {
    for name in ["a.nii", "a.nii.gz", "a.hdr", "a.HDR.GZ", "/b/a.Img", "a.img.gz", "a.b.NII.gz"] {
      #expect(NiftiProbe.isNiftiName(name), "\(name)")
    }
    for name in ["a.dcm", "a.gz", "nii", ".nii", "a.nii.gz.part", "a.nii/b", ""] {
      #expect(!NiftiProbe.isNiftiName(name), "\(name)")
    }
  }

  @Test("Voxels of a pair, sidecars and gradients are companions")
  func companions() {
    for name in ["a.img", "a.IMG.gz", "sub-01_T1w.json", "sub-01_dwi.bval", "sub-01_dwi.bvec"] {
      #expect(NiftiProbe.verdict(path: "/nowhere/" + name) == .companion)
    }
  }

  @Test("A header whose .img is missing is incomplete")
  func loneHeader() throws {
    let folder = try TemporaryFolder()
    let path = try TestNifti().write(.pair, to: folder)
    #expect(throws: Never.self) { _ = try Verdict.facts(path) }
    let lone = try folder.write(try folder.read("scan.hdr"), "lone.hdr")
    #expect(NiftiProbe.verdict(path: lone) == .incomplete("the pair's .img is missing"))
  }

  @Test("A pair is found in capitals, too")
  func capitals() throws {
    let folder = try TemporaryFolder()
    _ = try TestNifti().write(.pair, to: folder)
    let path = try folder.write(try folder.read("scan.hdr"), "OLD.HDR")
    try folder.write(try folder.read("scan.img"), "OLD.IMG")
    #expect(try Verdict.facts(path).nifti?.companions == ["OLD.IMG"])
  }

  @Test("Facts hold grid, type, version and the names of what belongs to the scan")
  func facts() throws {
    let folder = try TemporaryFolder()
    var file = TestNifti(.two, .uint16, shape: [3, 4, 2, 5])
    file.header.pixdim = [1, 0.5, 0.75, 2, 3, 1, 1, 1]
    let path = try folder.write(file.bytes, "sub-01_dwi.nii")
    try folder.write(Array("{}".utf8), "sub-01_dwi.json")
    try folder.write(Array("0".utf8), "sub-01_dwi.bvec")
    let facts = try Verdict.facts(path)
    #expect(facts.format == .nifti)
    #expect(facts.shape == [3, 4, 2, 5])
    #expect(facts.spacing == [0.5, 0.75, 2])
    #expect(facts.storedType == "uint16")
    #expect(
      facts.nifti == NiftiFacts(version: 2, companions: ["sub-01_dwi.json", "sub-01_dwi.bvec"]))
    #expect(facts.attributes == ["Modality": ["MR"], "BIDSSuffix": ["dwi"]])
    #expect(facts.skipReason == nil && facts.unsupportedReason == nil)
  }

  @Test("Asked keywords come from the sidecar, numbers as they are written")
  func attributes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(TestNifti().bytes, "sub-01_T1w.nii")
    let sidecar = """
      {"Modality": "CT", "EchoTime": 0.00456, "ImageType": ["ORIGINAL", "M\\u00e9"],
       "NonlinearGradientCorrection": true, "Nested": {"a": 1}, "Other": 1}
      """
    try folder.write(Array(sidecar.utf8), "sub-01_T1w.json")
    let keywords = ["EchoTime", "ImageType", "NonlinearGradientCorrection", "Nested", "Absent"]
    #expect(
      try Verdict.facts(path, keywords: keywords).attributes == [
        "Modality": ["CT"], "BIDSSuffix": ["T1w"], "EchoTime": ["0.00456"],
        "ImageType": ["ORIGINAL", "M\u{E9}"], "NonlinearGradientCorrection": ["true"],
      ])
  }

  @Test(
    "A sidecar that is broken says nothing",
    arguments: [
      "", "{", "[1, 2]", "{\"Modality\": \"CT\"", "{\"a\": 1e}", "{'a': 1}", "{\"a\": \"\\q\"}",
      String(repeating: "[", count: 100_000), "{\"Modality\": \"CT\"} x",
    ])
  func brokenSidecar(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(TestNifti().bytes, "sub-01_bold.nii")
    try folder.write(Array(text.utf8), "sub-01_bold.json")
    let facts = try Verdict.facts(path, keywords: ["a"])
    #expect(facts.attributes == ["Modality": ["MR"], "BIDSSuffix": ["bold"]])
  }

  @Test(
    "The BIDS suffix gives the modality",
    arguments: [
      ("sub-01_T1w", "T1w", "MR"), ("sub-01_CT", "CT", "CT"), ("sub-1_ct", "ct", "CT"),
      ("sub-01_pet", "pet", "PT"), ("x_asl", "asl", "MR"), ("FLAIR", "FLAIR", "MR"),
      ("sub-01_unheard", "unheard", nil), ("brain_2023", nil, nil), ("anatomical", nil, nil),
    ] as [(String, String?, String?)])
  func suffix(stem: String, suffix: String?, modality: String?) throws {
    let folder = try TemporaryFolder()
    let facts = try Verdict.facts(try folder.write(TestNifti().bytes, stem + ".nii"))
    #expect(facts.attributes["BIDSSuffix"] == suffix.map { [$0] })
    #expect(facts.attributes["Modality"] == modality.map { [$0] })
  }

  @Test(
    "Names of labels are skipped",
    arguments: ["sub-01_dseg", "sub-01_desc-brain_mask", "a_label", "b_seg", "mask", "t1-mask"])
  func labelNames(stem: String) throws {
    let folder = try TemporaryFolder()
    let facts = try Verdict.facts(try folder.write(TestNifti().bytes, stem + ".nii"))
    #expect(facts.skipReason?.contains("name says labels") == true)
  }

  @Test("Intents that are no images are skipped", arguments: [1002, 1006, 1007, 3001, 3012])
  func intents(code: Int) throws {
    let folder = try TemporaryFolder()
    var file = TestNifti()
    file.header.intentCode = code
    let path = try file.write(.packedSingle, to: folder)
    #expect(try Verdict.facts(path).skipReason != nil)
    #expect(try NiftiFile.read(path: path).skipReason != nil)
  }

  @Test("An extension of CIFTI-2 is skipped")
  func cifti() throws {
    let folder = try TemporaryFolder()
    var file = TestNifti(.two, .float32)
    file.between = [1, 0, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0] + Array(repeating: 0, count: 8)
    file.header.voxOffset = 560
    #expect(
      try Verdict.facts(file.write(.single, to: folder)).skipReason?.contains("CIFTI") == true)
  }

  @Test(
    "Few whole numbers that repeat are labels, in any integer type",
    arguments: StoredType.allCases.filter(\.isInteger))
  func labelValues(type: StoredType) throws {
    let folder = try TemporaryFolder()
    for isBigEndian in [false, true] {
      let values = (0..<1000).map { Double(($0 / 7) % 5) }
      let file = TestNifti(
        .one, type, isBigEndian: isBigEndian, shape: [10, 10, 10], values: values)
      for container in [TestNifti.Container.single, .packedSingle] {
        let path = try file.write(container, to: folder)
        #expect(try Verdict.facts(path).skipReason?.hasPrefix("5 distinct") == true)
        #expect(try NiftiFile.read(path: path).skipReason?.hasPrefix("5 distinct") == true)
      }
    }
  }

  @Test("Measured, rescaled, negative, float, constant and tiny files are no labels")
  func noLabels() throws {
    let folder = try TemporaryFolder()
    let few = (0..<1000).map { Double($0 % 5) }
    func file(_ type: StoredType, _ values: [Double]) -> TestNifti {
      TestNifti(.one, type, shape: [10, 10, 10], values: values)
    }
    var rescaled = file(.uint8, few)
    rescaled.header.sclSlope = 2
    let files = [
      file(.uint8, (0..<1000).map { Double($0 % 40) }), rescaled, file(.int16, few.map { $0 - 2 }),
      file(.float32, few), file(.uint8, few.map { _ in 7 }),
      TestNifti(.one, .uint8, shape: [3, 3, 3]),
    ]
    for file in files {
      let path = try file.write(.single, to: folder)
      #expect(try Verdict.facts(path).skipReason == nil)
      #expect(try NiftiFile.read(path: path).skipReason == nil)
    }
  }

  @Test("Few values are believed to be an image where name or sidecar say so")
  func fewValuesOfAnImage() throws {
    let folder = try TemporaryFolder()
    let file = TestNifti(
      .one, .uint8, shape: [10, 10, 10], values: (0..<1000).map { Double($0 % 5) })
    #expect(
      try Verdict.facts(folder.write(file.bytes, "sub-01_T1w.nii")).skipReason == nil)
    let path = try folder.write(file.bytes, "scan.nii")
    try folder.write(Array("{\"Modality\": \"MR\"}".utf8), "scan.json")
    #expect(try Verdict.facts(path).skipReason == nil)
  }
}
