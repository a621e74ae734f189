/// Colours of one slice, three samples of 8 bits a pixel.
///
/// What an ultrasound picture with coloured parts is written back from.
public struct ColourPixels: Sendable, Equatable {
  /// Samples, pixel after pixel.
  public var samples: [UInt8]
  /// Whether the samples are luminance and two chrominances; else red, green and blue.
  public var hasLuminance: Bool

  /// Creates colours.
  public init(samples: [UInt8], hasLuminance: Bool) {
    self.samples = samples
    self.hasLuminance = hasLuminance
  }

  /// How far apart the colours of a grey pixel may be.
  ///
  /// Lossy codes leave some steps; the faintest tint that is shown on purpose has more.
  private static let greyTolerance = 8

  /// Pixels.
  public var count: Int { samples.count / 3 }

  /// Whether a pixel has no colour.
  public func isGrey(_ index: Int) -> Bool {
    let (a, b, c) = sample(index)
    if hasLuminance { return max(abs(b - 128), abs(c - 128)) <= Self.greyTolerance / 2 }
    return max(a, b, c) - min(a, b, c) <= Self.greyTolerance
  }

  /// Luminance of a pixel, 0 to 255 (ITU-R BT.601); of a grey one just its value.
  public func luminance(_ index: Int) -> Int32 {
    let (a, b, c) = sample(index)
    return Int32(hasLuminance ? a : (77 * a + 150 * b + 29 * c + 128) >> 8)
  }

  /// The same colours, each pixel lighter or darker by the change of its luminance.
  public func shifted(to luminances: [Int32]) -> [UInt8] {
    var result = samples
    for index in 0..<count {
      let change = Int(luminances[index] - luminance(index))
      if change == 0 { continue }
      for place in 3 * index..<3 * index + (hasLuminance ? 1 : 3) {
        result[place] = UInt8(min(max(Int(result[place]) + change, 0), 255))
      }
    }
    return result
  }

  private func sample(_ index: Int) -> (Int, Int, Int) {
    (Int(samples[3 * index]), Int(samples[3 * index + 1]), Int(samples[3 * index + 2]))
  }
}
