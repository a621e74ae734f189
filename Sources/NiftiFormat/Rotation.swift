import VolumeModel

/// A rotation, as the qform has it: a unit quaternion whose real part is not negative.
///
/// - SeeAlso: `nifti1.h`, section "Orientation and location in space", method 2.
struct Rotation {
  /// Where the first axis goes.
  let x: SIMD3<Double>
  /// Where the second axis goes.
  let y: SIMD3<Double>
  /// Where the third axis goes.
  let z: SIMD3<Double>

  /// The rotation of a quaternion from its imaginary parts.
  init(b: Double, c: Double, d: Double) {
    var (b, c, d) = (b, c, d)
    let square = b * b + c * c + d * d
    var a = 0.0
    if square < 1 - 1e-7 {
      a = (1 - square).squareRoot()
    } else {
      // A rotation by half a turn whose parts were rounded.
      let scale = 1 / square.squareRoot()
      (b, c, d) = (b * scale, c * scale, d * scale)
    }
    x = [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)]
    y = [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)]
    z = [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - c * c - b * b]
  }

  /// The rotation nearest to three directions.
  ///
  /// By averaging with the inverse transpose: Higham, SIAM J. Sci. Stat. Comput. 7(4):1160–1174,
  /// 1986.
  ///
  /// - Parameters: Directions of unit length that span space and form a right hand.
  init(nearestTo x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) {
    var (x, y, z) = (x, y, z)
    for _ in 0..<32 {
      let volume = dot(x, cross(y, z))
      let inverse = (cross(y, z) / volume, cross(z, x) / volume, cross(x, y) / volume)
      (x, y, z) = ((x + inverse.0) / 2, (y + inverse.1) / 2, (z + inverse.2) / 2)
    }
    self.x = x
    self.y = y
    self.z = z
  }

  /// The imaginary parts of the quaternion.
  ///
  /// The largest of the four parts is found first, so that nothing is divided by a small number.
  var quaternion: SIMD3<Double> {
    let parts = [
      1 + x.x + y.y + z.z, 1 + x.x - y.y - z.z, 1 + y.y - x.x - z.z, 1 + z.z - x.x - y.y,
    ]
    let largest = parts.indices.max { parts[$0] < parts[$1] } ?? 0
    let half = max(parts[largest], 0).squareRoot() / 2
    let scale = half > 0 ? 1 / (4 * half) : 0
    let yz = SIMD3(y.z - z.y, z.x - x.z, x.y - y.x)
    switch largest {
    case 0: return yz * scale
    case 1: return signed([half, (x.y + y.x) * scale, (x.z + z.x) * scale], yz.x)
    case 2: return signed([(x.y + y.x) * scale, half, (y.z + z.y) * scale], yz.y)
    default: return signed([(x.z + z.x) * scale, (y.z + z.y) * scale, half], yz.z)
    }
  }

  /// The imaginary parts with the sign that makes the real part positive.
  private func signed(_ parts: SIMD3<Double>, _ real: Double) -> SIMD3<Double> {
    real < 0 ? -parts : parts
  }
}
