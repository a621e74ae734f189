import NiftiFormat
import RestoradTestSupport
import ScanModel
import Testing
import VolumeModel

/// What nibabel says of a file.
struct FileExpectation: Decodable {
  var path: String
  var outcome: String
  var version: Int?
  var shape: [Int]?
  var type: String?
  var spacing: [Double]?
  var affine: [Double]?
  var sum: Double?
  var minimum: Double?
  var maximum: Double?
  var excluded: Int?
  var extensions: Int?
}

@Suite struct RealFileTests {
  @Test("Small real files are read as nibabel reads them")
  func small() throws {
    for file in try Expected.load([FileExpectation].self, "small.json") {
      try compare(file, in: Expected.data)
    }
  }

  @Test("All real files are read as nibabel reads them", .enabled(if: SharedData.isPresent))
  func shared() throws {
    for file in try Expected.load([FileExpectation].self, "shared.json") {
      try compare(file, in: SharedData.path("."))
    }
  }

  private func compare(_ file: FileExpectation, in folder: String) throws {
    let path = folder + "/" + file.path
    let verdict = NiftiProbe.verdict(path: path, question: ProbeQuestion())
    guard file.outcome == "image" else {
      if file.outcome != "other" {
        #expect(throws: NiftiError.self, "\(file.path)") { _ = try NiftiFile.read(path: path) }
      }
      if case .whole(let facts) = verdict {
        #expect(facts.skipReason != nil || facts.unsupportedReason != nil, "\(file.path)")
      }
      return
    }
    let scan = try NiftiFile.read(path: path)
    guard case .whole(let facts) = verdict else {
      Issue.record("\(file.path): \(verdict)")
      return
    }
    var trimmed = file.shape ?? []
    while trimmed.count > 2, trimmed.last == 1 { trimmed.removeLast() }
    #expect(facts.shape == trimmed, "\(file.path)")
    #expect(scan.header.shape == file.shape, "\(file.path)")
    #expect(facts.storedType == file.type, "\(file.path)")
    #expect(scan.version.rawValue == file.version, "\(file.path)")
    #expect(scan.extensions.count == file.extensions, "\(file.path)")
    compareGrid(scan, facts, file)
    compareValues(scan, file)
  }

  private func compareGrid(_ scan: NiftiScan, _ facts: FileFacts, _ file: FileExpectation) {
    let spacing = file.spacing ?? []
    for (axis, step) in facts.spacing.enumerated() {
      #expect(abs(step - spacing[axis]) < 1e-3 * step, "\(file.path)")
    }
    let affine = scan.voxelToPatient
    let columns = [affine.x, affine.y, affine.z, affine.origin]
    for (place, expected) in (file.affine ?? []).enumerated() {
      let value = columns[place % 4][place / 4]
      #expect(abs(value - expected) < 1e-5 * max(1, abs(expected)), "\(file.path) \(place)")
    }
  }

  private func compareValues(_ scan: NiftiScan, _ file: FileExpectation) {
    let finite = scan.volumes.flatMap { $0.voxels.filter(\.isFinite) }
    let sum = finite.reduce(0) { $0 + Double($1) }
    let expected = file.sum ?? .nan
    let magnitude = finite.reduce(1) { $0 + Double(abs($1)) }
    // Both add up in Double, in different orders.
    #expect(abs(sum - expected) <= 1e-12 * magnitude, "\(file.path)")
    #expect(finite.min().map(Double.init) == file.minimum, "\(file.path)")
    #expect(finite.max().map(Double.init) == file.maximum, "\(file.path)")
    let excluded = scan.excluded.reduce(0) { $0 + ($1?.count ?? 0) }
    #expect(excluded == file.excluded, "\(file.path)")
  }
}
