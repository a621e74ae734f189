import VolumeModel

/// The stored values of a slice as numbers, whatever their form.
struct StoredNumbers {
  private let words: [Int32]
  private let upperHalves: [Int32]
  private let isReal: Bool
  private let isUnsigned: Bool

  init(_ slice: DicomSlice) {
    words = slice.storedValues
    upperHalves = slice.upperHalves
    isReal = slice.pixels.isReal
    isUnsigned = !slice.pixels.isSigned
  }

  /// One number, exactly.
  @inline(__always)
  subscript(index: Int) -> Double {
    let word = words[index]
    if !isReal {
      // Fewer than 32 bits without a sign are never negative.
      return isUnsigned ? Double(UInt32(bitPattern: word)) : Double(word)
    }
    let lower = UInt32(bitPattern: word)
    if upperHalves.isEmpty { return Double(Float(bitPattern: lower)) }
    let upper = UInt32(bitPattern: upperHalves[index])
    return Double(bitPattern: UInt64(upper) << 32 | UInt64(lower))
  }
}

extension DerivedPlaneValues {
  /// Stores a real number in 32 bits, or in 64 where there are upper halves.
  mutating func put(_ value: Double, at index: Int) {
    if upperHalves.isEmpty {
      stored[index] = Int32(bitPattern: Float(value).bitPattern)
    } else {
      stored[index] = Int32(truncatingIfNeeded: value.bitPattern)
      upperHalves[index] = Int32(truncatingIfNeeded: value.bitPattern >> 32)
    }
  }

  /// The real numbers of 32 bits.
  var floats: [Float] { stored.map { Float(bitPattern: UInt32(bitPattern: $0)) } }

  /// The real numbers of 64 bits.
  var doubles: [Double] {
    zip(stored, upperHalves).map { lower, upper in
      Double(
        bitPattern: UInt64(UInt32(bitPattern: upper)) << 32 | UInt64(UInt32(bitPattern: lower)))
    }
  }
}

extension DerivedPixels {
  /// The nearest real number that does not mean padding.
  static func place(
    _ value: Double, legal: ClosedRange<Double>, realPadding: ClosedRange<Double>?, bits: Int
  ) -> Double {
    let inside = min(max(value, legal.lowerBound), legal.upperBound)
    guard let padding = realPadding else { return inside }
    // A number of 64 bits may become padding by being rounded to 32.
    let stored = bits == 64 ? inside : Double(Float(inside))
    guard padding.contains(stored) else { return inside }
    let below =
      bits == 64 ? padding.lowerBound.nextDown : Double(Float(padding.lowerBound).nextDown)
    let above = bits == 64 ? padding.upperBound.nextUp : Double(Float(padding.upperBound).nextUp)
    if above > legal.upperBound { return max(below, legal.lowerBound) }
    if below < legal.lowerBound { return above }
    return inside - below < above - inside ? below : above
  }
}

extension StoredPixels {
  /// The element that holds the pixels.
  var pixelTag: DerivedTag {
    isReal ? bitsAllocated == 64 ? .doubleFloatPixelData : .floatPixelData : .pixelData
  }

  /// The stored type as reports name it, such as `uint16` or `float32`.
  var typeName: String {
    (isReal ? "float" : isSigned ? "int" : "uint") + String(bitsAllocated)
  }
}
