import NiftiFormat
import ScanModel
import Testing
import VolumeModel

@Suite struct NiftiReadingTests {
  static let types = StoredType.allCases.filter(\.isReadable)

  /// Values that a type holds exactly: its limits where they are exact in `Float`, and others.
  static func values(of type: StoredType) -> [Double] {
    let limits: [Double] =
      switch type {
      case .uint8: [0, 255]
      case .int8: [-128, 127]
      case .int16: [-32_768, 32_767]
      case .uint16: [0, 65_535]
      case .int32: [-2_147_483_648, 16_777_215]
      case .uint32: [0, 2_147_483_648]
      case .int64: [-0x1p63, 0x1p62]
      case .uint64: [0, 0x1p63]
      default: [-0.0, 1.5, 0x1p-140, -0x1.fffffep127]
      }
    return limits + (0..<(60 - limits.count)).map { Double($0 * 2) }
  }

  @Test(
    "Every type, byte order, version and container gives the values that were stored",
    arguments: types, TestNifti.Container.allCases)
  func values(type: StoredType, container: TestNifti.Container) throws {
    let folder = try TemporaryFolder()
    for (version, isBigEndian) in [
      (NiftiVersion.one, false), (.one, true), (.two, false), (.two, true),
    ] {
      let values = Self.values(of: type)
      let file = TestNifti(
        version, type, isBigEndian: isBigEndian, shape: [5, 4, 3], values: values)
      let scan = try NiftiFile.read(path: file.write(container, to: folder))
      #expect(scan.volumes.map(\.dimensions) == [[5, 4, 3]])
      let bits = scan.volumes.first?.voxels.map(\.bitPattern)
      #expect(bits == values.map { Float($0).bitPattern })
      #expect(scan.storedType == type)
      #expect(scan.version == version)
      #expect(scan.excluded == [nil])
    }
  }

  @Test("Slope and intercept are applied in double precision", arguments: types)
  func rescale(type: StoredType) throws {
    let folder = try TemporaryFolder()
    for isBigEndian in [false, true] {
      var file = TestNifti(.two, type, isBigEndian: isBigEndian)
      file.header.sclSlope = 0.1
      file.header.sclInter = -1024.3
      let scan = try NiftiFile.read(path: file.write(.single, to: folder))
      #expect(scan.volumes.first?.voxels == file.values.map { Float($0 * 0.1 - 1024.3) })
    }
  }

  @Test(
    "A slope of zero, NaN or infinity means none",
    arguments: [0, Double.nan, .infinity, -.infinity])
  func noSlope(slope: Double) throws {
    let folder = try TemporaryFolder()
    var file = TestNifti()
    file.header.sclSlope = slope
    file.header.sclInter = 7
    let scan = try NiftiFile.read(path: file.write(.single, to: folder))
    #expect(scan.volumes.first?.voxels == file.values.map(Float.init))
  }

  @Test(
    "The first three axes make a volume, the others enumerate volumes",
    arguments: [
      [7], [4, 3], [4, 3, 2], [4, 3, 2, 1], [4, 3, 1, 5], [2, 3, 2, 1, 3], [2, 1, 2, 2, 2, 2],
      [2, 2, 2, 2, 1, 2, 2],
    ])
  func axes(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let file = TestNifti(shape: shape)
    let path = try file.write(.packedSingle, to: folder)
    let scan = try NiftiFile.read(path: path)
    #expect(scan.header.shape == shape)
    #expect(scan.volumes.flatMap(\.voxels) == file.values.map(Float.init))
    #expect(scan.volumes.count == shape.dropFirst(3).reduce(1, *))
    var trimmed = shape
    while trimmed.count > 2, trimmed.last == 1 { trimmed.removeLast() }
    if trimmed.count == 1 { trimmed.append(1) }
    #expect(try Verdict.facts(path).shape == trimmed)
  }

  @Test("NaN and infinite voxels stay and are marked")
  func nonFinite() throws {
    let folder = try TemporaryFolder()
    var values = [Double](repeating: 3, count: 16)
    values[9] = .nan
    values[10] = -.infinity
    let file = TestNifti(.one, .float32, shape: [2, 2, 2, 2], values: values)
    let scan = try NiftiFile.read(path: file.write(.single, to: folder))
    #expect(scan.excluded[0] == nil)
    #expect(scan.excluded[1]?.bits == [0, 1, 1, 0, 0, 0, 0, 0])
    #expect(scan.volumes[1].voxels[1].isNaN)
    #expect(scan.volumes[1].voxels[2] == -.infinity)
  }

  @Test("Voxels begin where vox_offset says, odd or not", arguments: [352, 353, 367, 4096])
  func offset(offset: Int) throws {
    let folder = try TemporaryFolder()
    var file = TestNifti()
    file.header.voxOffset = Double(offset)
    for container in [TestNifti.Container.single, .packedSingle] {
      let scan = try NiftiFile.read(path: file.write(container, to: folder))
      #expect(scan.volumes.first?.voxels == file.values.map(Float.init))
    }
  }

  @Test("Extensions are kept as bytes, in both byte orders", arguments: [false, true])
  func extensions(isBigEndian: Bool) throws {
    let folder = try TemporaryFolder()
    var file = TestNifti(isBigEndian: isBigEndian)
    let content = (0..<24).map { UInt8($0) }
    let numbers: [[UInt8]] = [[32, 0, 0, 0], [6, 0, 0, 0]].map { isBigEndian ? $0.reversed() : $0 }
    file.between = [1, 0, 0, 0] + numbers[0] + numbers[1] + content
    file.header.voxOffset = 384
    for container in TestNifti.Container.allCases {
      let scan = try NiftiFile.read(path: file.write(container, to: folder))
      #expect(scan.extensions == [NiftiExtension(code: 6, content: content)])
    }
  }

  @Test("Extensions with sizes that cannot be end the list", arguments: [-16, 0, 7, 40, 1 << 30])
  func lyingExtension(size: Int32) throws {
    let folder = try TemporaryFolder()
    var file = TestNifti()
    file.between = [1, 0, 0, 0] + Gzip.littleEndian(size) + Array(repeating: 6, count: 28)
    file.header.voxOffset = 384
    let scan = try NiftiFile.read(path: file.write(.single, to: folder))
    #expect(scan.extensions.isEmpty)
    #expect(scan.volumes.first?.voxels == file.values.map(Float.init))
  }

  @Test("Types that are no plain numbers are skipped, and say which they are")
  func skippedTypes() throws {
    let folder = try TemporaryFolder()
    for type in StoredType.allCases where !type.isReadable {
      let file = TestNifti(.one, type)
      let path = try file.write(.single, to: folder)
      #expect(throws: NiftiError.self) { _ = try NiftiFile.read(path: path) }
      let facts = try Verdict.facts(path)
      let reason = try #require(facts.skipReason)
      #expect(type == .binary || reason.contains(type.name))
      #expect(facts.unsupportedReason == nil)
    }
  }

  @Test("A bitpix that lies counts for nothing", arguments: [0, 1, 8, 64, -1])
  func bitpix(bits: Int) throws {
    let folder = try TemporaryFolder()
    var file = TestNifti()
    file.header.bitpix = bits
    let scan = try NiftiFile.read(path: file.write(.single, to: folder))
    #expect(scan.volumes.first?.voxels == file.values.map(Float.init))
  }

  @Test("A vox_offset within the header means behind it", arguments: [0, 1, 100, 347])
  func earlyOffset(offset: Int) throws {
    let folder = try TemporaryFolder()
    let file = TestNifti()
    var bytes = file.bytes
    var lying = file.header
    lying.voxOffset = Double(offset)
    bytes.replaceSubrange(0..<348, with: lying.encoded)
    let path = try folder.write(bytes, "early.nii")
    let scan = try NiftiFile.read(path: path)
    #expect(scan.volumes.first?.voxels == file.values.map(Float.init))
  }
}
