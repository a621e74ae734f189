import Disk
import JobLedger
import SpoolTestSupport
import SystemPackage
import Testing

/// The disk fails at every single step of a run, once or for a while.
@Suite("Disk faults")
struct FaultTests {
  private func run(
    _ fault: @escaping @Sendable (Int) -> Errno?, layout: Mixture.Layout, _ name: String
  )
    throws -> Int
  {
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    Mixture.drop(into: disk)
    let rig = try Rig(disk: disk)
    disk.fail(fault)
    do {
      try rig.start()
      try rig.run()
    } catch {
      Issue.record("\(name): \(error)")
    }
    disk.fail(nil)
    try Mixture.expectEnd(of: rig, name)
    let attempts = try rig.jobs(.published).map(\.attempts)
    #expect(attempts.allSatisfy { $0 <= 1 }, "\(name) used an attempt: \(attempts)")
    return disk.steps
  }

  @Test(
    "A disk that fails at any step loses nothing and costs no attempt",
    arguments: [(Errno.noSpace, 1), (.ioError, 12)])
  func faultAnywhere(_ code: Errno, length: Int) throws {
    let steps = try run({ _ in nil }, layout: .together, "undisturbed")
    for first in stride(from: 1, through: steps, by: length == 1 ? 1 : 5) {
      let last = first + length - 1
      _ = try run(
        { $0 >= first && $0 <= last ? code : nil }, layout: .together,
        "\(code) at steps \(first) to \(last)")
    }
  }

  @Test(
    "A fault while files are copied between disks loses nothing and doubles nothing",
    arguments: [Mixture.Layout.inboxApart, .outboxApart])
  func faultAcross(_ layout: Mixture.Layout) throws {
    let steps = try run({ _ in nil }, layout: layout, "undisturbed")
    for first in 1...steps {
      _ = try run({ $0 == first ? .noSpace : nil }, layout: layout, "no space at step \(first)")
    }
  }
}
