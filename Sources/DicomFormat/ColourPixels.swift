/// Colours of one slice, three samples of 8 bits a pixel.
///
/// What an ultrasound picture with coloured parts is written back from.
public struct ColourPixels: Sendable, Equatable {
  /// Red, green and blue, pixel after pixel.
  public var samples: [UInt8]
  /// How far apart the colours of a grey pixel may be.
  ///
  /// Lossy codes leave some steps; the faintest tint that is shown on purpose has more.
  private static let greyTolerance = 8

  /// Creates colours from red, green and blue.
  public init(samples: [UInt8]) {
    self.samples = samples
  }

  /// Creates colours from luminance and two chrominances.
  ///
  /// Uncompressed, an ultrasound image may have no other colours than red, green and blue
  /// (PS3.3 C.8.5.6.1.2): they are made here, as every viewer makes them (C.7.6.3.1.2).
  public init(luminances samples: [UInt8]) {
    self.samples = unsafe [UInt8](unsafeUninitializedCapacity: samples.count) {
      buffer, initialized in
      for start in stride(from: 0, to: samples.count - 2, by: 3) {
        let y = Double(samples[start])
        let blue = Double(samples[start + 1]) - 128
        let red = Double(samples[start + 2]) - 128
        unsafe buffer[start] = Self.level(y + 1.402 * red)
        unsafe buffer[start + 1] = Self.level(y - 0.344136 * blue - 0.714136 * red)
        unsafe buffer[start + 2] = Self.level(y + 1.772 * blue)
      }
      initialized = samples.count / 3 * 3
    }
  }

  private static func level(_ value: Double) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }

  /// Pixels.
  public var count: Int { samples.count / 3 }

  /// Whether a pixel has no colour.
  public func isGrey(_ index: Int) -> Bool {
    let (a, b, c) = sample(index)
    return max(a, b, c) - min(a, b, c) <= Self.greyTolerance
  }

  /// Luminance of a pixel, 0 to 255 (ITU-R BT.601); of a grey one just its value.
  public func luminance(_ index: Int) -> Int32 {
    let (a, b, c) = sample(index)
    return Int32((77 * a + 150 * b + 29 * c + 128) >> 8)
  }

  /// The same colours, each pixel lighter or darker by the change of its luminance.
  public func shifted(to luminances: [Int32]) -> [UInt8] {
    var result = samples
    for index in 0..<count {
      let change = Int(luminances[index] - luminance(index))
      if change == 0 { continue }
      for place in 3 * index..<3 * index + 3 {
        result[place] = UInt8(min(max(Int(result[place]) + change, 0), 255))
      }
    }
    return result
  }

  private func sample(_ index: Int) -> (Int, Int, Int) {
    (Int(samples[3 * index]), Int(samples[3 * index + 1]), Int(samples[3 * index + 2]))
  }
}
