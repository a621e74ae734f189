import VolumeModel

/// The bytes of a result in pieces of fixed size, each made when it is asked for.
///
/// The split depends on the grid alone, so the same voxels give the same file on any machine.
struct VoxelPieces: Sendable {
  /// 256 Ki voxels: large enough that cutting the stream costs less than a thousandth.
  private static let voxelsPerPiece = 256 << 10

  private let start: [UInt8]
  private let volumes: [Volume]
  private let encoder: VoxelEncoder
  /// How many pieces a large volume is cut into.
  private let piecesPerVolume: Int
  /// How many small volumes make a piece.
  private let volumesPerPiece: Int

  /// Prepares the pieces.
  ///
  /// - Parameters:
  ///   - start: All that comes before the voxels; the first piece.
  ///   - volumes: The voxels, all of one grid.
  ///   - encoder: How voxels are stored.
  init(start: [UInt8], volumes: [Volume], encoder: VoxelEncoder) {
    self.start = start
    self.volumes = volumes
    self.encoder = encoder
    let voxels = max(volumes.first?.voxels.count ?? 0, 1)
    piecesPerVolume = (voxels + Self.voxelsPerPiece - 1) / Self.voxelsPerPiece
    volumesPerPiece = max(Self.voxelsPerPiece / voxels, 1)
  }

  /// How many pieces there are.
  var count: Int {
    1 + (volumes.count + volumesPerPiece - 1) / volumesPerPiece * piecesPerVolume
  }

  /// One piece.
  subscript(index: Int) -> [UInt8] {
    guard index > 0 else { return start }
    let firstVolume = (index - 1) / piecesPerVolume * volumesPerPiece
    let firstVoxel = (index - 1) % piecesPerVolume * Self.voxelsPerPiece
    let members = volumes[firstVolume..<min(firstVolume + volumesPerPiece, volumes.count)]
    return members.reduce(into: []) { bytes, volume in
      let end = min(firstVoxel + Self.voxelsPerPiece, volume.voxels.count)
      bytes += encoder.encode(volume.voxels, firstVoxel..<end)
    }
  }
}
