import Spool
import Testing
import Worker

@Suite("The program of workers")
struct WorkerProgramTests {
  private func chosen(
    _ machine: InstructionLevel, built: InstructionLevel = .v3, most: String? = nil,
    own: String = "/usr/local/bin/restorad", _ there: String...
  ) -> String? {
    let candidate = WorkerProgram.candidate(
      beside: own, built: built, machine: machine, most: most, isThere: there.contains)
    return candidate.map { "\($0.level) \($0.path)" }
  }

  private static let installed = "/usr/local/libexec/restorad/v4/restorad"

  @Test("It is the best that the machine can run and that is there")
  func best() {
    #expect(chosen(.v4, Self.installed) == "x86-64-v4 \(Self.installed)")
    #expect(chosen(.v3, Self.installed) == nil)
    #expect(chosen(.baseline, Self.installed) == nil)
    #expect(chosen(.v4) == nil)
    #expect(chosen(.v4, "/usr/local/libexec/restorad/v3/restorad") == nil)
    #expect(chosen(.v4, built: .v4, Self.installed) == nil)
    #expect(
      chosen(.v4, own: "/home/a/.build/release/restorad", "/home/a/.build/release/v4/restorad")
        == "x86-64-v4 /home/a/.build/release/v4/restorad")
  }

  @Test("RESTORAD_LEVEL only ever takes away")
  func limited() {
    #expect(chosen(.v4, most: "v3", Self.installed) == nil)
    #expect(chosen(.v4, most: "v4", Self.installed) != nil)
    #expect(chosen(.v3, most: "v4", Self.installed) == nil)
    #expect(chosen(.v4, most: "v5", Self.installed) != nil)
    #expect(chosen(.v4, most: "", Self.installed) != nil)
  }

  @Test("This machine can run what it runs")
  func here() {
    #expect(InstructionLevel.built <= InstructionLevel.machine)
    #expect(InstructionLevel.v3 < .v4 && InstructionLevel.baseline < .v3)
    #expect("\(InstructionLevel.v4)" == "x86-64-v4" && InstructionLevel.v4.name == "v4")
  }
}
