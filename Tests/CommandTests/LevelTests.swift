import Foundation
import Testing
import Worker

/// The program with a second one beside it for workers of a higher level.
///
/// The second is a script that says who it is and then becomes the program itself, so that no second
/// build is needed; what it says, and that it was asked at all, is what counts.
@Suite(
  "Programs of higher levels",
  .enabled(if: Restorad.isBuilt && InstructionLevel.machine == .v4 && InstructionLevel.built < .v4),
  .serialized)
struct LevelTests {
  /// A place with the program in `bin` and a second one that introduces itself with some words.
  private func place(saying words: String?, then rest: String = "exec $0.real") throws
    -> Workplace
  {
    let place = try Workplace()
    try place.copy("nifti/functional.nii", to: "functional_bold.nii")
    let folder = place.path("libexec/restorad/v4")
    for path in [place.path("bin"), folder] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(atPath: Restorad.path, toPath: place.path("bin/restorad"))
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/restorad.real", withDestinationPath: Restorad.path)
    let said = words.map { "echo '\($0)' >&3; " } ?? ""
    try place.write(
      "#!/bin/sh\necho started >> '\(place.path("started"))'\n\(said)\(rest) worker\n",
      to: "libexec/restorad/v4/restorad")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder + "/restorad")
    return place
  }

  private func run(
    _ arguments: [String], _ place: Workplace, level: String? = "v4"
  ) throws -> Restorad.Outcome {
    try Restorad.start(
      arguments, in: place, environment: level.map { ["RESTORAD_LEVEL": $0] } ?? [:],
      program: place.path("bin/restorad")
    ).finish()
  }

  private func identity(_ place: Workplace) throws -> String {
    // `restorad 0.1.0 (commit)`
    let words = try run(["--version"], place).output.split(whereSeparator: " ()\n".contains)
    return words.joined(separator: " ")
  }

  private func wasStarted(_ place: Workplace) -> Bool {
    FileManager.default.fileExists(atPath: place.path("started"))
  }

  @Test("The one of this very build does the work")
  func used() throws {
    let first = try place(saying: nil)
    let place = try place(saying: "\(try identity(first)) x86-64-v4")
    let outcome = try run(
      ["restore", place.path("functional_bold.nii"), "--outbox", place.path("outbox")], place)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty && place.published.count == 1 && wasStarted(place))
    let doctor = try run(["doctor"], place).output
    #expect(doctor.contains("ok       level of workers: x86-64-v4"), "\(doctor)")
  }

  @Test(
    "One of another build, one that says nothing, and one that ends are refused, and the work is done",
    arguments: [
      ("restorad 0.0.9 abc x86-64-v4", "exec $0.real"), (nil, "exec $0.real"), (nil, "exit 64 #"),
    ])
  func refused(words: String?, rest: String) throws {
    let place = try place(saying: words, then: rest)
    try place.copy("nifti/functional.nii", to: "inbox/functional_bold.nii")
    let outcome = try run(["run", "--once"], place)
    #expect(outcome.status == 0 && place.published.count == 1 && wasStarted(place))
    #expect(outcome.errors.contains("is not used for workers"), "\(outcome.errors)")
    let doctor = try run(["doctor"], place).output
    #expect(doctor.contains("note     level of workers: x86-64-v3"), "\(doctor)")
  }

  @Test("RESTORAD_LEVEL keeps to one's own")
  func kept() throws {
    let place = try place(saying: "restorad 0.0.9 abc x86-64-v4")
    let outcome = try run(
      ["restore", place.path("functional_bold.nii"), "--outbox", place.path("outbox")], place,
      level: "v3")
    #expect(outcome.status == 0 && outcome.errors.isEmpty && !wasStarted(place))
  }
}
