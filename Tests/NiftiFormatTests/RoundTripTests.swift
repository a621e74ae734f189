import Foundation
import NiftiFormat
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("Reading and writing back") struct RoundTripTests {
  @Test(
    "Every readable file comes back with its voxels, its grid and its header",
    .enabled(if: SharedData.isPresent))
  func shared() throws {
    let folder = try TemporaryFolder()
    let files = try Expected.load([FileExpectation].self, "shared.json")
    for (number, file) in files.enumerated() where file.outcome == "image" {
      let scan = try NiftiFile.read(path: SharedData.path(file.path))
      let isKept = ![.int64, .uint64].contains(scan.storedType)
      let path = folder.path("\(number).nii")
      try NiftiWriter.write(
        scan, volumes: scan.volumes, storedType: isKept ? scan.storedType : .float64, to: path)
      let again = try NiftiFile.read(path: path)
      compare(again, with: scan, file.path)
      try FileManager.default.removeItem(atPath: path)
    }
  }

  private func compare(_ again: NiftiScan, with scan: NiftiScan, _ name: String) {
    #expect(again.voxelToPatient == scan.voxelToPatient, "\(name)")
    #expect(again.excluded == scan.excluded, "\(name)")
    #expect(again.volumes.count == scan.volumes.count, "\(name)")
    for (one, other) in zip(again.volumes, scan.volumes) {
      #expect(one.dimensions == other.dimensions && one.voxelSpacing == other.voxelSpacing)
      let isSame = zip(one.voxels, other.voxels).allSatisfy {
        $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
      }
      #expect(isSame, "\(name)")
    }
    // What a single little-endian file says of itself; a slope of 0 means 1.
    var expected = scan.header
    let header = again.header
    expected.isBigEndian = false
    (expected.magic, expected.voxOffset) = (header.magic, header.voxOffset)
    if expected.rescale == nil { (expected.sclSlope, expected.sclInter) = (1, 0) }
    if [.int64, .uint64].contains(scan.storedType) {
      (expected.datatype, expected.bitpix) = (header.datatype, header.bitpix)
      (expected.sclSlope, expected.sclInter) = (1, 0)
    }
    #expect(header == expected, "\(name)")
    #expect(again.extensions.map(\.code) == scan.extensions.map(\.code), "\(name)")
    for (one, other) in zip(again.extensions, scan.extensions) {
      #expect(one.content.starts(with: other.content), "\(name)")
    }
  }
}
