import Recipes
import ScanModel
import Testing

@Suite("Conditions")
struct ConditionTests {
  @Test(
    "Numbers compare as numbers and text exactly, without DICOM's padding",
    arguments: [
      (Matcher.anyOf(["2"]), "2.0", true), (.anyOf(["2D", "3D"]), "3D ", true),
      (.anyOf(["MR"]), "mr", false), (.anyOf(["2"]), "two", false), (.anyOf(["MR"]), "MR\0", true),
      (.range(min: 1, max: 3), "3.0", true), (.range(min: nil, max: 3), "3.01", false),
      (.range(min: 1, max: nil), "many", false), (.pattern("^t1"), "t1_mprage", true),
      (.pattern("t1$"), "t1_mprage", false),
    ])
  func matching(matcher: Matcher, value: String, holds: Bool) {
    #expect(matcher.matches(value) == holds)
  }

  @Test("A clause holds when any of several values matches")
  func severalValues() {
    let condition = Condition([Condition.Clause("ImageType", .anyOf(["PRIMARY"]))])
    let scan = ScanFacts(files: [Sample.file("MR", ["ImageType": ["ORIGINAL", "PRIMARY"]])])
    #expect(condition.evaluate(scan).holds)
  }

  @Test("A series whose files disagree does not hold and says so")
  func disagreement() {
    let condition = Condition([Condition.Clause("EchoTime", .range(min: nil, max: 50))])
    let scan = ScanFacts(files: [
      Sample.file("MR", ["EchoTime": ["30"]]), Sample.file("MR", ["EchoTime": ["80"]]),
    ])
    let outcome = condition.evaluate(scan)
    #expect(!outcome.holds)
    #expect(outcome.clauses[0].result == .filesDisagree)
    #expect(outcome.words == "the files disagree in EchoTime (30, 80), which has to be at most 50")
  }

  @Test("An attribute that no file has is not known, whatever is asked")
  func absent() {
    let condition = Condition([Condition.Clause("BodyPartExamined", .pattern(""))])
    #expect(condition.evaluate(ScanFacts(files: [Sample.file("MR")])).clauses[0].result == .unknown)
  }

  @Test("What the inbox assumes counts only where the files do not say")
  func assumptions() {
    let condition = Condition([Condition.Clause("Modality", .anyOf(["MR"]))])
    let nifti = ScanFacts(files: [FileFacts(format: .nifti, shape: [4, 4, 4])])
    #expect(!condition.evaluate(nifti).holds)
    #expect(condition.evaluate(nifti, assuming: ["Modality": "MR"]).holds)
    let ct = ScanFacts(files: [Sample.file("CT")])
    #expect(!condition.evaluate(ct, assuming: ["Modality": "MR"]).holds)
  }

  @Test(
    "The dimensions of a NIfTI grid are its length without ones at the end",
    arguments: [
      ([64, 64], 2), ([64, 64, 1], 2), ([64, 64, 30], 3), ([64, 64, 30, 1], 3),
      ([64, 64, 30, 200], 4), ([64, 64, 1, 1, 3], 4), ([], 2),
    ])
  func dimensions(shape: [Int], expected: Int) {
    #expect(ScanFacts.niftiDimensions(shape: shape) == expected)
  }

  @Test(
    "Words never hold the value of an attribute that identifies a person",
    arguments: [
      "PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "PatientAddress",
      "ReferringPhysicianName", "OtherPatientIDs",
    ])
  func words(keyword: String) {
    let condition = Condition([Condition.Clause(keyword, .anyOf(["Doe^John"]))])
    for value in ["Doe^John", "Roe^Jane"] {
      let scan = ScanFacts(files: [Sample.file("MR", [keyword: [value]])])
      let words = condition.evaluate(scan).words
      #expect(words.contains(keyword) && !words.contains("Doe") && !words.contains("Roe"))
    }
  }

  @Test("Metal anywhere in the series is metal")
  func metal() {
    let condition = Condition([Condition.Clause("HasMetal", .anyOf(["true"]))])
    let files = [Sample.file("CT", hasMetal: false), Sample.file("CT", hasMetal: true)]
    #expect(condition.evaluate(ScanFacts(files: files)).holds)
    #expect(!condition.evaluate(ScanFacts(files: [Sample.file("CT")])).holds)
  }
}
