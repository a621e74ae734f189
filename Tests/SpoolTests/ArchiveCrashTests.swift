import Configuration
import Disk
import JobLedger
import SpoolTestSupport
import Synchronization
import Testing

/// Power fails and disks break while archives are unpacked, taken apart and brought to rest.
@Suite("Archives, crashes and faults")
struct ArchiveCrashTests {
  @Test(
    "A crash at any moment loses no archive, and every scan in one is published once",
    arguments: CrashTests.situations)
  func anywhere(_ situation: CrashTests.Situation) throws {
    let dice = CrashTests.Dice(11)
    let turn = CrashTests.situations.firstIndex { "\($0)" == "\(situation)" } ?? 0
    let visits = Mutex(turn)
    try CrashTests.run(.packed, situation) { disk, ledger, step in
      let visit = visits.withLock { count in
        count += 1
        return count
      }
      guard visit % (situation.leaves == .chance ? 3 : 6) == 0 else { return }
      #expect(throws: Never.self) {
        try CrashTests.check(
          dice.crash(disk, situation.leaves), ledger.copyInMemory(), .packed, situation,
          "after \(situation) at step \(step), clone \(dice.count)")
      }
    }
    #expect(dice.count > 50)
  }

  @Test(
    "A crash before every step of a small archive's way",
    arguments: CrashTests.Leaves.allCases.flatMap { leaves in
      [Inbox.Originals.archive, .delete, .leave].map {
        CrashTests.Situation(originals: $0, leaves: leaves)
      }
    })
  func everywhere(_ situation: CrashTests.Situation) throws {
    let dice = CrashTests.Dice(13)
    try CrashTests.run(.packedSmall, situation) { disk, ledger, step in
      #expect(throws: Never.self) {
        try CrashTests.check(
          dice.crash(disk, situation.leaves), ledger.copyInMemory(), .packedSmall, situation,
          "after \(situation) at step \(step), clone \(dice.count)")
      }
    }
    #expect(dice.count > 60)
  }

  @Test("A disk that fails at any step of an archive's way", arguments: FaultTests.faults)
  func everyFault(_ fault: FaultTests.Fault) throws {
    let tests = FaultTests()
    // All causes take turns: each step meets each span and layout, of a small archive under one of
    // them; of a large one every seventh step does.
    let turn = FaultTests.codes.firstIndex(of: fault.code) ?? 0
    let count = FaultTests.codes.count
    for (mixture, spacing) in [(Mixture.packedSmall, count), (.packed, 7 * count)] {
      let steps = try tests.run(mixture, nil, fault.layout)
      for first in stride(from: 1 + turn * spacing / count, through: steps, by: spacing) {
        try tests.run(mixture, fault, at: first, fault.layout)
      }
    }
  }
}
