import Foundation
import Testing

/// Many small scans on the real daemon: what goes wrong once in hundreds of forks shows here.
@Suite("Many small scans", .enabled(if: Restorad.isBuilt), .serialized)
struct ManySmallTests {
  /// A NIfTI-1 file of 4×4×4 `uint8` that is like no other.
  private func scan(_ number: Int) -> Data {
    var bytes = [UInt8](repeating: 0, count: 352)
    func put(_ field: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<(offset + field.count), with: field)
    }
    put([0x5C, 1], at: 0)
    put([3, 0, 4, 0, 4, 0, 4, 0, 1, 0, 1, 0, 1, 0, 1, 0], at: 40)
    put([2, 0, 8, 0], at: 70)
    for field in 0..<4 { put([0, 0, 0x80, 0x3F], at: 76 + 4 * field) }
    put([0, 0, 0xB0, 0x43], at: 108)
    put([0x6E, 0x2B, 0x31, 0], at: 344)
    let voxels = (0..<64).map { UInt8(truncatingIfNeeded: $0 * 3 + number * (1 + $0 % 2)) }
    return Data(bytes + [UInt8(number & 0xFF), UInt8(number >> 8)] + voxels.dropFirst(2))
  }

  @Test("Each of 200 is published once, and no worker is lost")
  func noneLost() throws {
    let place = try Workplace()
    let count = 200
    for number in 0..<count {
      try scan(number).write(to: URL(fileURLWithPath: place.path("inbox/scan\(number).nii")))
    }
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.status == 0)
    #expect(place.published.count == count)
    for event in ["worker.crashed", "spool.low", "job.deferred"] {
      #expect(!run.errors.contains(event), "\(run.errors.suffix(2000))")
    }
    let jobs = try Restorad.run("jobs", "--json", in: place).objects()
    #expect(jobs.count == count && jobs.allSatisfy { $0["state"] as? String == "published" })
  }
}
