import Foundation
import Testing

/// Whether this user may mount small disks where nobody else sees them.
private let mayMount: Bool = {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
  process.arguments = ["--mount", "--propagation", "private", "mount", "-t", "tmpfs", "t", "/mnt"]
  process.standardError = FileHandle.nullDevice
  // Where there is no unshare, there is no mounting either.
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()

@Suite(
  "Full disks", .enabled(if: Restorad.isBuilt),
  .enabled(if: mayMount, "mounting small disks is refused to this user"))
struct FullDiskTests {
  @Test(
    "A daemon outlives full and read-only disks, and all comes out when they serve again",
    arguments: ["ledger", "watermark", "read-only"])
  func outlives(_ scenario: String) throws {
    let script = TestFiles.path("../Acceptance/full-disk")
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = [Restorad.path, scenario]
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }
}
