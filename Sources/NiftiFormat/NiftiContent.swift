/// An opened NIfTI scan: what its header says, and its voxels ready to be read.
struct NiftiContent: ~Copyable {
  /// What lies between header and voxels is kept up to this many bytes.
  private static let keptExtensionBytes = 64 << 20

  /// The header.
  let header: NiftiHeader
  /// The blocks after the header.
  let extensions: [NiftiExtension]
  /// The file with the voxels, at the first of them.
  var voxels: ScanBytes
  /// How many bytes the voxels take.
  let voxelBytes: Int

  /// Opens a scan and reads up to its voxels.
  ///
  /// - Parameter path: A `.nii` or the `.hdr` of a pair, each possibly with `.gz`.
  /// - Returns: The scan, with `voxels` at the first voxel.
  /// - Throws: `truncated` also when the file is too short for the voxels that it announces, as
  ///   far as that can be known without reading on.
  static func open(path: String) throws(NiftiError) -> NiftiContent {
    let name = NiftiName(path: path)
    var source = try ScanBytes(path: path)
    let header = try Self.header(from: &source)
    return name.isHeader
      ? try pair(name, header, source) : try single(header, source)
  }

  private static func single(
    _ header: NiftiHeader, _ source: consuming ScanBytes
  ) throws(NiftiError) -> NiftiContent {
    let start = firstVoxel(of: header)
    let bytes = try header.checkedByteCount()
    try source.checkHolds(start + bytes)
    let rest = try source.read(min(start - source.position, keptExtensionBytes))
    try source.skip(start - source.position)
    return NiftiContent(
      header: header, extensions: NiftiExtension.parse(rest, isBigEndian: header.isBigEndian),
      voxels: source, voxelBytes: bytes)
  }

  private static func pair(
    _ name: NiftiName, _ header: NiftiHeader, _ source: consuming ScanBytes
  ) throws(NiftiError) -> NiftiContent {
    let rest = try source.read(keptExtensionBytes)
    try source.finish()
    guard let image = name.existingImage else {
      throw NiftiError(.notFound, "the pair's .img is missing")
    }
    var voxels = try ScanBytes(path: name.folder + image)
    let start = Int(header.voxOffset)
    let bytes = try header.checkedByteCount()
    try voxels.checkHolds(start + bytes)
    try voxels.skip(start)
    return NiftiContent(
      header: header, extensions: NiftiExtension.parse(rest, isBigEndian: header.isBigEndian),
      voxels: voxels, voxelBytes: bytes)
  }

  /// The header at the beginning of a file.
  private static func header(from source: inout ScanBytes) throws(NiftiError) -> NiftiHeader {
    var start = try source.read(NiftiVersion.one.headerBytes)
    if NiftiHeader.isLonger(start) {
      start += try source.read(NiftiVersion.two.headerBytes - start.count)
    }
    return try NiftiHeader.parse(start)
  }

  /// Where the voxels of a single file begin: never within the header, whatever it says.
  private static func firstVoxel(of header: NiftiHeader) -> Int {
    let smallest = header.version.headerBytes
    // Within the header there are no voxels: such a number says nothing, as 0 does.
    return Int(header.voxOffset) < smallest ? smallest + 4 : Int(header.voxOffset)
  }
}
