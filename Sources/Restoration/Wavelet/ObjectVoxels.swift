import VolumeModel

/// Where level-dependent noise is measured, and what it leaves alone.
///
/// The noise of counts, and of what a collimator lets through, lies in the object: what lies around
/// would pull it to zero.
struct ObjectVoxels {
  /// 1 for each voxel that is excluded, or no more than a tenth of the way from the dark end of the
  /// values to the bright one; nil when none are.
  let surroundings: [UInt8]?
  /// The same for each voxel within three voxels of one of those in its slice.
  let unmeasured: [UInt8]?
  /// 1 for each voxel more than three voxels from the object in its slice, where most of what lies
  /// around the object is as dark as can be: stray counts, whose sum no rounding shall change.
  let untouched: [UInt8]?

  /// Looks at voxels, all of them finite.
  init(_ voxels: [Float], _ dimensions: SIMD3<Int>, excluded: [UInt8]?) {
    let stride = voxels.count >> 16 + 1
    let sample = Swift.stride(from: 0, to: voxels.count, by: stride).compactMap {
      excluded?[$0] ?? 0 == 0 ? voxels[$0] : nil
    }
    let (dark, bright) = (quantile(0.005, of: sample), quantile(0.995, of: sample))
    let threshold = dark + (bright - dark) / 10
    var background = [UInt8](repeating: 0, count: voxels.count)
    for i in background.indices where voxels[i] <= threshold || excluded?[i] ?? 0 != 0 {
      background[i] = 1
    }
    let near = Self.grown(background, dimensions)
    let least = voxels.reduce(Float.infinity) { min($0, $1) }
    let dim = voxels.indices.reduce(0) { $0 + (background[$1] != 0 && voxels[$1] > least ? 1 : 0) }
    untouched =
      2 * dim < Self.count(background)
      ? Self.grown(background.map { 1 - $0 }, dimensions).map { 1 - $0 } : nil
    // A small object has no inside; one too small to measure is measured with what surrounds it.
    let enough = 256
    surroundings = background.count - Self.count(background) >= enough ? background : excluded
    unmeasured = near.count - Self.count(near) >= enough ? near : surroundings
  }

  private static func count(_ bits: [UInt8]) -> Int { bits.reduce(0) { $0 + Int($1) } }

  /// Bits that are 1 where any within three voxels along x and y is.
  private static func grown(_ bits: [UInt8], _ dimensions: SIMD3<Int>) -> [UInt8] {
    let (alongX, alongY) = (dimensions.x, dimensions.y)
    var rows = bits
    for i in bits.indices where bits[i] == 0 {
      let x = i % alongX
      for step in max(-3, -x)...min(3, alongX - 1 - x) { rows[i] |= bits[i + step] }
    }
    var grown = rows
    for i in rows.indices where rows[i] == 0 {
      let y = i / alongX % alongY
      for step in max(-3, -y)...min(3, alongY - 1 - y) { grown[i] |= rows[i + step * alongX] }
    }
    return grown
  }
}

/// Puts back voxels that are not to be touched, those of constant surroundings, and what left the
/// range of the source.
///
/// Where counts are to be kept, what the clipping of ripples added to their sum is taken off again.
///
/// Nothing is to be removed where all 3 by 3 voxels of a slice have one value; shrinking leaves
/// ripples there, as it does beyond the brightest and below the darkest voxel.
func keepFlatPlaces(
  of source: [Float], _ dimensions: SIMD3<Int>, untouched: [UInt8]?, in restored: inout [Float]
) {
  let (width, height) = (dimensions.x, dimensions.y)
  var (least, greatest) = (Float.infinity, -Float.infinity)
  for value in source {
    least = min(least, value)
    greatest = max(greatest, value)
  }
  for i in restored.indices {
    restored[i] = min(max(restored[i], least), greatest)
    if let untouched, untouched[i] != 0 { restored[i] = source[i] }
    let (x, y, value) = (i % width, i / width % height, source[i])
    guard x == 0 || source[i - 1] == value, x == width - 1 || source[i + 1] == value else {
      continue
    }
    let rows = max(-1, -y)...min(1, height - 1 - y)
    let isFlat = rows.allSatisfy { row in
      (max(-1, -x)...min(1, width - 1 - x)).allSatisfy { source[i + row * width + $0] == value }
    }
    if isFlat { restored[i] = value }
  }
  guard let untouched else { return }
  var (before, after) = (0.0, 0.0)
  for i in source.indices where untouched[i] == 0 {
    before += Double(source[i] - least)
    after += Double(restored[i] - least)
  }
  guard before > 0, after > 0 else { return }
  let scale = Float(before / after)
  for i in source.indices where untouched[i] == 0 {
    restored[i] = min(least + (restored[i] - least) * scale, greatest)
  }
}
