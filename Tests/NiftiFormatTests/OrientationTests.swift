import NiftiFormat
import RestoradTestSupport
import Testing
import VolumeModel

@Suite struct OrientationTests {
  private func isNear(_ a: Affine3, _ b: Affine3, within tolerance: Double = 1e-9) -> Bool {
    let pairs = [(a.x, b.x), (a.y, b.y), (a.z, b.z), (a.origin, b.origin)]
    return pairs.allSatisfy { length($0 - $1) <= tolerance }
  }

  @Test("Without codes the steps alone place the voxels, RAS turned to LPS")
  func steps() {
    var header = NiftiHeader(version: .one)
    header.pixdim = [1, 2, -3, 4, 1, 1, 1, 1]
    let expected = Affine3(x: [-2, 0, 0], y: [0, -3, 0], z: [0, 0, 4], origin: [0, 0, 0])
    #expect(header.voxelToPatient == expected)
    #expect(header.voxelSpacing == [2, 3, 4])
  }

  @Test("The spacing of NIfTI-1 is the number that was typed, not its 32 bits")
  func typedSpacing() {
    var header = NiftiHeader(version: .one)
    header.pixdim = [1, 0.88, 0.7, 1.2, 1, 1, 1, 1].map { Double(Float($0)) }
    #expect(header.voxelSpacing == [0.88, 0.7, 1.2])
    header.sformCode = 1
    header.srow = [0.88, 0, 0, 0, 0, 0.7, 0, 0, 0, 0, 3, 0]
    #expect(header.voxelSpacing == [0.88, 0.7, 3])
  }

  @Test("The sform goes before the qform, the qform before the steps")
  func precedence() {
    var header = NiftiHeader(version: .two)
    header.qformCode = 1
    header.qoffset = [10, 20, 30]
    #expect(header.voxelToPatient.origin == [-10, -20, 30])
    header.sformCode = 2
    header.srow = [0, 2, 0, 1, 3, 0, 0, 2, 0, 0, 4, 3]
    let expected = Affine3(x: [0, -3, 0], y: [-2, 0, 0], z: [0, 0, 4], origin: [-1, -2, 3])
    #expect(header.voxelToPatient == expected)
    header.srow = Array(repeating: 0, count: 12)
    #expect(header.voxelToPatient.origin == [-10, -20, 30])
    header.srow[0] = .nan
    #expect(header.voxelToPatient.origin == [-10, -20, 30])
  }

  @Test("A quaternion turns as its definition says, with the handedness of pixdim[0]")
  func quaternion() {
    var header = NiftiHeader(version: .two)
    header.qformCode = 1
    // A quarter turn about z: x goes to y, y to -x.
    header.quatern = [0, 0, 0.5.squareRoot()]
    header.pixdim = [-1, 2, 3, 4, 1, 1, 1, 1]
    let expected = Affine3(x: [0, -2, 0], y: [3, 0, 0], z: [0, 0, -4], origin: [0, 0, 0])
    #expect(isNear(header.voxelToPatient, expected))
  }

  @Test(
    "Metres, millimetres and microns become millimetres",
    arguments: [(1, 1000.0), (2, 1), (3, 0.001), (0, 1), (8 + 3, 0.001)])
  func units(code: Int, factor: Double) {
    var header = NiftiHeader(version: .two)
    header.xyztUnits = code
    header.pixdim = [1, 2, 3, 4, 1, 1, 1, 1]
    header.qformCode = 1
    header.qoffset = [1, 2, 3]
    let affine = header.voxelToPatient
    #expect(length(affine.spacing - SIMD3(2, 3, 4) * factor) < 1e-9)
    #expect(length(affine.origin - SIMD3(-1, -2, 3) * factor) < 1e-9)
    #expect(length(header.voxelSpacing - SIMD3(2, 3, 4) * factor) < 1e-9)
  }

  @Test("Quaternions of any rotation come back from a moved grid, seed 11")
  func quaternionsReturn() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 11)
    for trial in 0..<64 {
      var file = TestNifti(.two, .float32)
      file.header.qformCode = 1
      file.header.pixdim = [trial % 2 == 0 ? 1 : -1, 1, 2, 3, 1, 1, 1, 1]
      var parts = (0..<4).map { _ in generator.normal() }
      if trial < 12 { parts[trial % 4] = 0 }
      if trial < 8 { parts[(trial + 1) % 4] = 0 }
      let norm = parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let sign: Double = parts[3] < 0 ? -1 : 1
      file.header.quatern = parts.prefix(3).map { sign * $0 / norm }
      let scan = try NiftiFile.read(path: file.write(.single, to: folder))
      var moved = scan.voxelToPatient
      moved.x *= 2
      moved.origin += [1, 2, 3]
      let path = folder.path("moved.nii")
      try NiftiWriter.write(scan, volumes: scan.volumes, voxelToPatient: moved, to: path)
      let result = try NiftiFile.read(path: path)
      #expect(isNear(result.voxelToPatient, moved, within: 1e-6), "\(trial)")
      #expect(result.header.qformCode == 1 && result.header.sformCode == 0)
      #expect(abs(result.header.pixdim[1] - 2) < 1e-9)
    }
  }
}
