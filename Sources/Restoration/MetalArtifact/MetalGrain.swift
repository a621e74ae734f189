/// How many voxels the blur of a slice is wide, roughly: the more, the finer its voxels.
///
/// Slices of 256 and of 512 voxels a side show the same field, and what streaks and rims of metal
/// blur over is as wide in millimetres. With two voxels for one, two iron hips in 512² came out at
/// 65 HU instead of 83.
enum MetalGrain {
  private static let most = 4

  /// The grain of a plane, 1 up to 383 voxels along its shorter side.
  static func size(columns: Int, rows: Int) -> Int {
    min(most, max(1, (min(columns, rows) + 128) / 256))
  }
}
