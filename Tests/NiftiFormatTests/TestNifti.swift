import NiftiFormat

/// A NIfTI file to be written by a test, in any type, byte order and version.
struct TestNifti {
  /// How the file is cut up and packed.
  enum Container: CaseIterable {
    case single
    case packedSingle
    case pair
    case packedPair
    case mixedPair
  }

  var header: NiftiHeader
  var values: [Double]
  /// Bytes between header and voxels, from the extender on.
  var between: [UInt8] = [0, 0, 0, 0]

  /// A volume of the given counts whose values are the given ones, as far as the type holds them.
  init(
    _ version: NiftiVersion = .one, _ type: StoredType = .int16, isBigEndian: Bool = false,
    shape: [Int] = [3, 4, 2], values: [Double]? = nil
  ) {
    header = NiftiHeader(version: version)
    header.isBigEndian = isBigEndian
    header.datatype = type.rawValue
    header.bitpix = type.bitsPerVoxel
    header.dim = ([shape.count] + shape + Array(repeating: 1, count: 7)).prefix(8).map { $0 }
    header.voxOffset = Double(version.headerBytes + 4)
    let count = shape.reduce(1, *)
    self.values = values ?? (0..<count).map { Double($0 * 5 % 113) }
  }

  /// The voxels as stored.
  var voxels: [UInt8] {
    let width = (header.storedType.bitsPerVoxel + 7) / 8
    return values.flatMap { value in
      let pattern: UInt64 =
        switch header.storedType {
        case .float32: UInt64(Float(value).bitPattern)
        case .float64: value.bitPattern
        case .uint64: UInt64(value)
        default: UInt64(bitPattern: Int64(value))
        }
      let bytes = Array(Gzip.littleEndian(pattern).prefix(width))
      let filled = bytes + Array(repeating: 0, count: width - bytes.count)
      return header.isBigEndian ? filled.reversed() : filled
    }
  }

  /// The bytes of a single file.
  var bytes: [UInt8] {
    let start = header.encoded + between
    let gap = max(Int(header.voxOffset) - start.count, 0)
    return start + Array(repeating: 0, count: gap) + voxels
  }

  /// Writes the file or files and returns the path of the first.
  func write(_ container: Container, to folder: TemporaryFolder) throws -> String {
    var half = self
    half.header.voxOffset = 0
    half.header.magic = Array(header.version == .one ? "ni1\0".utf8 : "ni2\0\r\n\u{1A}\n".utf8)
    let head = half.header.encoded + between
    switch container {
    case .single: return try folder.write(bytes, "scan.nii")
    case .packedSingle: return try folder.write(Gzip.member(bytes), "scan.nii.gz")
    case .pair:
      try folder.write(voxels, "scan.img")
      return try folder.write(head, "scan.hdr")
    case .packedPair:
      try folder.write(Gzip.member(voxels), "scan.img.gz")
      return try folder.write(Gzip.member(head), "scan.hdr.gz")
    case .mixedPair:
      try folder.write(Gzip.member(voxels), "scan.img.gz")
      return try folder.write(head, "scan.hdr")
    }
  }
}
