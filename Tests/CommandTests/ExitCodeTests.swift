import Foundation
import Testing

@Suite("Commands", .enabled(if: Restorad.isBuilt))
struct ExitCodeTests {
  static let verbs = [
    "run", "restore", "inspect", "check", "recipes", "evaluate", "status", "jobs", "show", "why",
    "logs", "retry", "hold", "release",
  ]

  @Test("The version is one line")
  func version() throws {
    let outcome = try Restorad.run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    #expect(outcome.output.hasPrefix("restorad "))
  }

  @Test("Every verb explains itself", arguments: verbs)
  func help(_ verb: String) throws {
    let outcome = try Restorad.run(verb, "--help")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("USAGE: restorad \(verb)"))
    #expect(outcome.errors.isEmpty)
  }

  @Test(
    "Wrong usage ends with 64",
    arguments: [
      ["no-such-verb"], ["restore"], ["inspect"], ["show"], ["jobs", "--state", "lost"],
    ])
  func usage(_ arguments: [String]) throws {
    let outcome = try Restorad.start(arguments, in: nil).finish()
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty && !outcome.errors.isEmpty)
  }

  @Test("A configuration with mistakes names all with line and column, and ends with 78")
  func check() throws {
    let place = try Workplace()
    try place.write("workers: none\nlog: { level: loud }\ncolour: red\n", to: "bad.yaml")
    let outcome = try Restorad.run("check", "--config", place.path("bad.yaml"))
    #expect(outcome.status == 78)
    #expect(outcome.output.isEmpty)
    for place in ["bad.yaml:1:10", "bad.yaml:2:15", "bad.yaml:3:1"] {
      #expect(outcome.errors.contains(place), "\(outcome.errors)")
    }
  }

  @Test("A good configuration is printed whole")
  func checkGood() throws {
    let place = try Workplace()
    let outcome = try Restorad.run("check", "--config", place.path("restorad.yaml"))
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("attempts: 3") && outcome.output.contains("settle:"))
  }

  @Test("What is not there ends with 66, what is broken with 65, in every verb that reads scans")
  func inputs() throws {
    let place = try Workplace()
    let good = TestFiles.path("dicom/MR_small.dcm")
    try place.write("Dear colleague", to: "letter.dcm")
    for verb in [["inspect"], ["restore", "--outbox", place.path("outbox")]] {
      let missing = try Restorad.start(verb + [place.path("nowhere")], in: place).finish()
      #expect(missing.status == 66)
      let broken = try Restorad.start(verb + [place.path("letter.dcm")], in: place).finish()
      #expect(broken.status == 65)
      let empty = try Restorad.start(verb + [place.path("inbox")], in: place).finish()
      #expect(empty.status == 2)
    }
    #expect(try Restorad.run("evaluate", place.path("nowhere")).status == 66)
    #expect(try Restorad.run("evaluate", place.path("letter.dcm")).status == 65)
    #expect(try Restorad.run("evaluate", good).status == 0)
    #expect(place.published.isEmpty)
  }

  @Test("Scans are inspected as one JSON object each")
  func inspect() throws {
    let place = try Workplace()
    let outcome = try Restorad.run(
      "inspect", "--json", TestFiles.path("dicom/MR_small.dcm"),
      TestFiles.path("nifti/functional.nii"), in: place)
    #expect(outcome.status == 0)
    let sheets = try outcome.objects()
    #expect(sheets.map { $0["format"] as? String } == ["DICOM", "NIfTI"])
    #expect(sheets.first?["modality"] as? String == "MR")
    #expect((sheets.first?["shape"] as? [Int])?.prefix(2) == [64, 64])
    #expect(sheets.first?["transfer_syntax"] as? String == "1.2.840.10008.1.2.1")
    #expect(place.files("outbox").isEmpty)
  }

  @Test("A scan is restored into a whole job folder, and its original stays")
  func restore() throws {
    let place = try Workplace()
    try place.copy("dicom/MR_small.dcm", to: "one.dcm")
    let before = try Data(contentsOf: URL(fileURLWithPath: place.path("one.dcm")))
    let outcome = try Restorad.run(
      "restore", "one.dcm", "--outbox", "fresh/out", "--recipe", "keep", in: place)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let folder = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(folder.hasPrefix(place.path("fresh/out/")) && folder.contains("-MR-"))
    let files = place.files("fresh/out")
    #expect(files.count == 4)
    for name in ["report.json", "log.jsonl", "manifest.json"] {
      #expect(files.contains { $0.hasSuffix(name) })
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: place.path("one.dcm"))) == before)
    let alike = try Restorad.run("evaluate", folder, "--reference", "one.dcm", "--json", in: place)
    #expect(alike.status == 0)
    #expect(try alike.objects().first?["mae"] as? Double == 0)
  }

  @Test("Good and bad inputs together end with 8, and the good one is restored")
  func mixed() throws {
    let place = try Workplace()
    try place.write("Dear colleague", to: "letter.dcm")
    let outcome = try Restorad.run(
      "restore", "letter.dcm", TestFiles.path("dicom/MR_small.dcm"), "--outbox", "outbox",
      "--recipe", "keep", in: place)
    #expect(outcome.status == 8)
    #expect(place.published.count == 1)
  }

  @Test("A result that cannot be written ends with 73, and so does a state folder")
  func cannotWrite() throws {
    let place = try Workplace()
    try place.write("a file", to: "wall")
    let restore = try Restorad.run(
      "restore", TestFiles.path("dicom/MR_small.dcm"), "--outbox", "wall/out", "--recipe", "keep",
      in: place)
    #expect(restore.status == 73)
    try place.write("state: \(place.path("wall"))/state\n", to: "walled.yaml")
    let run = try Restorad.run("run", "--once", "--config", place.path("walled.yaml"), in: place)
    #expect(run.status == 73)
    #expect(run.errors.contains("cannot be used"))
    let yaml = """
      state: \(place.path("state"))
      inboxes: [{ path: \(place.path("inbox")), outbox: \(place.path("wall"))/out }]
      """
    try place.write(yaml, to: "walled.yaml")
    let outbox = try Restorad.run("run", "--once", "--config", place.path("walled.yaml"), in: place)
    #expect(outbox.status == 73)
  }

  @Test("Without a state folder there is nothing to tell")
  func noState() throws {
    let place = try Workplace()
    for verb in ["status", "jobs"] {
      #expect(try Restorad.run(verb, in: place).status == 66)
    }
  }
}
