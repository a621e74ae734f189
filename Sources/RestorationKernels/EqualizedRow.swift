/// The mappings of the four tiles around a pixel, each one value a bin.
public struct CornerMappings {
  /// Of the tile before along x and y.
  let topLeft: UnsafePointer<Float>
  /// Of the tile after along x, before along y.
  let topRight: UnsafePointer<Float>
  /// Of the tile before along x, after along y.
  let bottomLeft: UnsafePointer<Float>
  /// Of the tile after along x and y.
  let bottomRight: UnsafePointer<Float>

  /// Takes the mappings of four tiles.
  public init(
    topLeft: UnsafePointer<Float>, topRight: UnsafePointer<Float>,
    bottomLeft: UnsafePointer<Float>, bottomRight: UnsafePointer<Float>
  ) {
    self.topLeft = topLeft
    self.topRight = topRight
    self.bottomLeft = bottomLeft
    self.bottomRight = bottomRight
  }
}

/// Maps adjacent pixels by the four mappings around them, interpolated along x, then along y.
///
/// Bound by its four look-ups: some 1 ns a pixel when the mappings lie in the second cache.
///
/// - Parameters:
///   - bins: The bin of each pixel.
///   - weights: For each pixel the weight of the tiles after along x.
///   - weight: The weight of the tiles after along y.
///   - count: How many pixels.
///   - corners: The mappings.
///   - output: Where the mapped values go.
public func equalizeRow(
  _ bins: UnsafePointer<UInt16>, weights: UnsafePointer<Float>, weight: Float, count: Int,
  between corners: CornerMappings, into output: UnsafeMutablePointer<Float>
) {
  for x in 0..<count {
    let bin = Int(bins[x])
    let u = weights[x]
    let top = corners.topLeft[bin] * (1 - u) + corners.topRight[bin] * u
    let bottom = corners.bottomLeft[bin] * (1 - u) + corners.bottomRight[bin] * u
    output[x] = top * (1 - weight) + bottom * weight
  }
}

/// The same for pixels that lie between the beginnings of two bins.
///
/// - Parameters:
///   - bins: The bin of each pixel.
///   - fractions: For each pixel how far into its bin it is, 0 to 1.
///   - weights: For each pixel the weight of the tiles after along x.
///   - weight: The weight of the tiles after along y.
///   - count: How many pixels.
///   - corners: The mappings, each with the end of its last bin behind it.
///   - output: Where the mapped values go.
public func equalizeRow(
  _ bins: UnsafePointer<UInt16>, fractions: UnsafePointer<Float>, weights: UnsafePointer<Float>,
  weight: Float, count: Int, between corners: CornerMappings,
  into output: UnsafeMutablePointer<Float>
) {
  for x in 0..<count {
    let (bin, fraction, u) = (Int(bins[x]), fractions[x], weights[x])
    @inline(__always) func value(_ mapping: UnsafePointer<Float>) -> Float {
      mapping[bin] + (mapping[bin + 1] - mapping[bin]) * fraction
    }
    let top = value(corners.topLeft) * (1 - u) + value(corners.topRight) * u
    let bottom = value(corners.bottomLeft) * (1 - u) + value(corners.bottomRight) * u
    output[x] = top * (1 - weight) + bottom * weight
  }
}
