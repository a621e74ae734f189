import NiftiFormat
import RestoradTestSupport
import Testing
import VolumeModel

@Suite struct NiftiWriterTests {
  /// A source with something in every field that a result keeps.
  private func source(
    _ version: NiftiVersion, isBigEndian: Bool = false, shape: [Int] = [3, 4, 2, 2]
  ) -> TestNifti {
    var file = TestNifti(version, .int16, isBigEndian: isBigEndian, shape: shape)
    file.header.sclSlope = 0.5
    file.header.sclInter = -3
    file.header.pixdim = [-1, 2, 2.5, 3, 1.5, 1, 1, 1]
    file.header.xyztUnits = 10
    file.header.qformCode = 1
    file.header.quatern = [0.1, 0.2, 0.3].map { Double(Float($0)) }
    file.header.qoffset = [-90, -126, -72]
    file.header.sformCode = 4
    file.header.srow = [-2, 0, 0, 90, 0, 2.5, 0, -126, 0, 0, 3, -72]
    file.header.intentCode = 1001
    file.header.intentParameters = [1, 2, 3]
    file.header.intentName = Array("intent".utf8) + Array(repeating: 0, count: 10)
    file.header.descrip = Array("descrip".utf8) + Array(repeating: 7, count: 73)
    file.header.auxFile = Array(repeating: 65, count: 24)
    file.header.calMax = 100
    file.header.calMin = -5
    file.header.dimInfo = 57
    file.header.sliceEnd = 1
    file.header.sliceCode = 1
    file.header.sliceDuration = 0.25
    file.header.toffset = 4
    return file
  }

  @Test(
    "A result keeps every field of its source but type, scaling, order and offset",
    arguments: [NiftiVersion.one, .two], ["out.nii", "out.nii.gz"])
  func fields(version: NiftiVersion, name: String) throws {
    let folder = try TemporaryFolder()
    for isBigEndian in [false, true] {
      let file = source(version, isBigEndian: isBigEndian)
      for container in [TestNifti.Container.single, .packedPair] {
        let scan = try NiftiFile.read(path: file.write(container, to: folder))
        try NiftiWriter.write(scan, volumes: scan.volumes, to: folder.path(name))
        let result = try NiftiFile.read(path: folder.path(name))
        var expected = file.header
        expected.isBigEndian = false
        expected.datatype = StoredType.float32.rawValue
        expected.bitpix = 32
        expected.sclSlope = 1
        expected.sclInter = 0
        #expect(result.header == expected)
        #expect(result.volumes == scan.volumes)
        #expect(result.voxelToPatient == scan.voxelToPatient)
      }
    }
  }

  @Test("Extensions of a result are those of its source")
  func extensions() throws {
    let folder = try TemporaryFolder()
    var scan = try NiftiFile.read(path: source(.one).write(.single, to: folder))
    scan.extensions = [
      NiftiExtension(code: 6, content: Array(repeating: 9, count: 24)),
      NiftiExtension(code: 4, content: [1, 2, 3, 4, 5, 6, 7, 8]),
    ]
    try NiftiWriter.write(scan, volumes: scan.volumes, to: folder.path("out.nii.gz"))
    let result = try NiftiFile.read(path: folder.path("out.nii.gz"))
    #expect(result.extensions == scan.extensions)
    #expect(result.header.voxOffset == 400)
    #expect(result.volumes == scan.volumes)
  }

  @Test("All bits of float voxels survive, NaN, infinities and -0 among them, seed 3")
  func bits() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 3)
    // More voxels than one piece of the gzip writer has.
    let count = 300_000
    var voxels = (0..<count).map { _ in
      Float(bitPattern: UInt32.random(in: .min ... .max, using: &generator))
    }
    voxels.replaceSubrange(0..<4, with: [.nan, .infinity, -.infinity, -0.0])
    let volume = Volume(dimensions: [600, 500, 1], voxels: voxels)
    var scan = try NiftiFile.read(path: source(.one).write(.single, to: folder))
    scan.volumes = [volume, volume]
    for name in ["out.nii", "out.nii.gz"] {
      try NiftiWriter.write(scan, volumes: scan.volumes, to: folder.path(name))
      let result = try NiftiFile.read(path: folder.path(name))
      #expect(result.volumes.count == 2)
      for volume in result.volumes {
        #expect(volume.voxels.map(\.bitPattern) == voxels.map(\.bitPattern))
      }
      #expect(result.excluded[0]?.bits == voxels.map { $0.isFinite ? 0 : 1 })
    }
  }

  @Test(
    "Volumes of any size come back in order",
    arguments: [(1, 5000), (100, 7000), (131_072, 5), (131_073, 3), (262_144, 3), (262_145, 2)])
  func sizes(voxels: Int, count: Int) throws {
    let folder = try TemporaryFolder()
    let volumes = (0..<count).map { volume in
      Volume(
        dimensions: [1, 1, voxels],
        voxels: (0..<voxels).map { Float(volume) + Float($0) / 1024 })
    }
    let scan = try NiftiFile.read(path: TestNifti(.two).write(.single, to: folder))
    try NiftiWriter.write(scan, volumes: volumes, to: folder.path("out.nii.gz"))
    #expect(try NiftiFile.read(path: folder.path("out.nii.gz")).volumes == volumes)
  }

  @Test("The same voxels give the same bytes")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    let volume = Volume(
      dimensions: [128, 128, 40], voxels: (0..<655_360).map { Float($0 % 977) })
    var scan = try NiftiFile.read(path: source(.one).write(.single, to: folder))
    scan.volumes = [volume, volume]
    try NiftiWriter.write(scan, volumes: scan.volumes, to: folder.path("a.nii.gz"))
    try NiftiWriter.write(scan, volumes: scan.volumes, to: folder.path("b.nii.gz"))
    #expect(try folder.read("a.nii.gz") == folder.read("b.nii.gz"))
  }

  @Test(
    "A resampled grid moves sform, qform and pixdim alike", arguments: [NiftiVersion.one, .two])
  func resampled(version: NiftiVersion) throws {
    let folder = try TemporaryFolder()
    let scan = try NiftiFile.read(path: source(version).write(.single, to: folder))
    // Half the steps along x, twice along z, and the first centre moved along.
    var affine = scan.voxelToPatient
    affine.origin = affine.position(of: [-0.25, 0, 0.5])
    affine.x /= 2
    affine.z *= 2
    let volumes = scan.volumes.map { _ in
      Volume(dimensions: [6, 4, 1], repeating: 1)
    }
    let path = folder.path("out.nii.gz")
    try NiftiWriter.write(scan, volumes: volumes, voxelToPatient: affine, to: path)
    let result = try NiftiFile.read(path: path)
    #expect(result.header.shape == [6, 4, 1, 2])
    #expect(length(result.voxelToPatient.x - affine.x) < 1e-5)
    #expect(length(result.voxelToPatient.z - affine.z) < 1e-5)
    #expect(length(result.voxelToPatient.origin - affine.origin) < 1e-4)
    #expect(result.header.qformCode == 1 && result.header.sformCode == 4)
    #expect(zip(result.header.pixdim, [-1, 1, 2.5, 6, 1.5]).allSatisfy { abs($0 - $1) < 1e-5 })
    // The qform's own space: voxel (0, 0, 0) of the result lies where (-0.25, 0, 0.5) lay.
    var before = scan.header
    before.sformCode = 0
    var after = result.header
    after.sformCode = 0
    let moved = before.voxelToPatient.position(of: [-0.25, 0, 0.5])
    #expect(length(after.voxelToPatient.origin - moved) < 1e-4)
    let far = after.voxelToPatient.position(of: [5, 3, 0])
    #expect(length(far - before.voxelToPatient.position(of: [2.25, 3, 0.5])) < 1e-4)
    #expect(result.header.sliceCode == 0 && result.header.sliceEnd == 0)
  }

  @Test("Without codes a moved grid changes pixdim alone")
  func resampledWithoutCodes() throws {
    let folder = try TemporaryFolder()
    let scan = try NiftiFile.read(path: TestNifti(.one, .float32).write(.single, to: folder))
    var affine = scan.voxelToPatient
    affine.y *= 3
    try NiftiWriter.write(
      scan, volumes: scan.volumes, voxelToPatient: affine, to: folder.path("out.nii"))
    let result = try NiftiFile.read(path: folder.path("out.nii"))
    #expect(result.header.pixdim == [1, 1, 3, 1, 1, 1, 1, 1])
    #expect(result.header.qformCode == 0 && result.header.sformCode == 0)
  }

  @Test("A planar source stays planar, a changed number of volumes becomes the fourth axis")
  func axes() throws {
    let folder = try TemporaryFolder()
    let planar = try NiftiFile.read(path: TestNifti(shape: [4, 3]).write(.single, to: folder))
    try NiftiWriter.write(planar, volumes: planar.volumes, to: folder.path("out.nii"))
    #expect(try NiftiFile.read(path: folder.path("out.nii")).header.shape == [4, 3])
    let many = try NiftiFile.read(
      path: TestNifti(shape: [2, 2, 2, 1, 3]).write(.single, to: folder))
    try NiftiWriter.write(many, volumes: many.volumes, to: folder.path("out.nii"))
    #expect(try NiftiFile.read(path: folder.path("out.nii")).header.shape == [2, 2, 2, 1, 3])
    try NiftiWriter.write(many, volumes: Array(many.volumes.prefix(2)), to: folder.path("out.nii"))
    #expect(try NiftiFile.read(path: folder.path("out.nii")).header.shape == [2, 2, 2, 2])
    try NiftiWriter.write(many, volumes: Array(many.volumes.prefix(1)), to: folder.path("out.nii"))
    #expect(try NiftiFile.read(path: folder.path("out.nii")).header.shape == [2, 2, 2])
  }

  @Test(
    "Integers clip nothing and err by less than a step",
    arguments: [StoredType.uint8, .int8, .uint16, .int16, .uint32, .int32],
    [(-1000.25, 3000.5), (0.1, 0.2), (1e6, 1e6 + 1), (-1e30, 1e30), (5.5, 5.5)])
  func integers(type: StoredType, range: (Double, Double)) throws {
    let folder = try TemporaryFolder()
    let voxels = (0..<64).map { Float(range.0 + (range.1 - range.0) * Double($0) / 63) }
    var scan = try NiftiFile.read(path: source(.one).write(.single, to: folder))
    scan.volumes = [Volume(dimensions: [4, 4, 4], voxels: voxels)]
    try NiftiWriter.write(
      scan, volumes: scan.volumes, storedType: type, to: folder.path("out.nii"))
    let result = try NiftiFile.read(path: folder.path("out.nii"))
    #expect(result.storedType == type)
    let step = Float(result.header.sclSlope)
    for (value, expected) in zip(result.volumes[0].voxels, voxels) {
      #expect(abs(value - expected) <= 0.501 * step + expected.ulp)
    }
  }

  @Test("Whole values that fit are stored as they are")
  func wholeIntegers() throws {
    let folder = try TemporaryFolder()
    var scan = try NiftiFile.read(path: source(.one).write(.single, to: folder))
    scan.volumes = [Volume(dimensions: [2, 2, 1], voxels: [-1024, 0, 3071, 32_767])]
    try NiftiWriter.write(
      scan, volumes: scan.volumes, storedType: .int16, to: folder.path("out.nii"))
    let result = try NiftiFile.read(path: folder.path("out.nii"))
    #expect(result.header.sclSlope == 1 && result.header.sclInter == 0)
    #expect(result.volumes[0].voxels == [-1024, 0, 3071, 32_767])
  }

  @Test("What cannot be written is said and leaves no file")
  func refusals() throws {
    let folder = try TemporaryFolder()
    var scan = try NiftiFile.read(path: source(.one).write(.single, to: folder))
    let path = folder.path("out.nii")
    func refuses(
      _ volumes: [Volume], _ affine: Affine3? = nil, _ type: StoredType = .float32, to path: String
    ) {
      #expect(throws: NiftiError.self) {
        try NiftiWriter.write(
          scan, volumes: volumes, voxelToPatient: affine, storedType: type, to: path)
      }
      #expect(throws: (any Error).self) { _ = try folder.read("out.nii") }
    }
    refuses([], to: path)
    refuses(scan.volumes, to: folder.path("out.img"))
    refuses(scan.volumes, to: folder.path("absent/out.nii"))
    refuses(scan.volumes, nil, .rgb24, to: path)
    refuses([scan.volumes[0], Volume(dimensions: [1, 1, 1], repeating: 0)], to: path)
    refuses([Volume(dimensions: [1, 1, 1], repeating: .nan)], nil, .int16, to: path)
    refuses([Volume(dimensions: [40_000, 1, 1], repeating: 0)], to: path)
    let flat = Affine3(x: [1, 0, 0], y: [1, 0, 0], z: [0, 0, 1], origin: [0, 0, 0])
    refuses(scan.volumes, flat, to: path)
    scan.extensions = []
  }
}
