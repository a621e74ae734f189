import VolumeModel

/// One plane of the result and where its pixels and attributes come from.
struct DerivedPlane: Sendable {
  /// Place in the restored volume.
  var index: Int
  /// Place in the stack of the instance that it is based on.
  var source: Int
  /// Whether voxel i of the plane is voxel i of the source.
  var sharesGrid: Bool
}

/// The stored values of one plane.
struct DerivedPlaneValues: Sendable {
  /// Stored values, row by row.
  var stored: [Int32]
  /// Values that could not be stored as computed.
  var clipped: Int
  /// Whether any differs from the source's.
  var isChanged: Bool
  /// Least and greatest stored value, padding left out; nil when all is padding.
  var range: ClosedRange<Int>?
}

/// Restored voxels on their way back to stored values.
struct DerivedPixels {
  let stack: DicomStack
  let restored: Volume
  let plane: DerivedPlane

  /// What becomes of one voxel.
  private enum Fate {
    /// Padding, or a value that no step touched: the stored value stands.
    case untouched(Int32, isPadding: Bool)
    /// A new modality value.
    case new(Double)
  }

  private var slice: DicomSlice { stack.slices[plane.source] }

  /// Least and greatest stored value that the source's own rescale would need, rounded.
  ///
  /// - Throws: `DicomError`, code `.unsupported` for a value that is not finite.
  func demand() throws(DicomError) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    let rescale = slice.pixels.rescale
    try forEach { (_, fate) in
      switch fate {
      case .untouched(let stored, _):
        low = min(low, Double(stored))
        high = max(high, Double(stored))
      case .new(let value):
        let stored = ((value - rescale.intercept) / rescale.slope).rounded(.toNearestOrEven)
        low = min(low, stored)
        high = max(high, stored)
      }
    }
    return low <= high ? low...high : nil
  }

  /// Least and greatest modality value outside padding.
  func modalityRange() throws(DicomError) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    let rescale = slice.pixels.rescale
    try forEach { (_, fate) in
      switch fate {
      case .untouched(_, isPadding: true): break
      case .untouched(let stored, isPadding: false):
        low = min(low, rescale.slope * Double(stored) + rescale.intercept)
        high = max(high, rescale.slope * Double(stored) + rescale.intercept)
      case .new(let value):
        low = min(low, value)
        high = max(high, value)
      }
    }
    return low <= high ? low...high : nil
  }

  /// The stored values under a target's rescale, bits and sign.
  func values(target: StoredPixels) throws(DicomError) -> DerivedPlaneValues {
    let scaleKept = target.rescale == slice.pixels.rescale
    let source = slice.pixels.rescale
    let legal = target.storedRange
    let padding = plane.sharesGrid ? target.padding : nil
    var result = DerivedPlaneValues(
      stored: Array(repeating: 0, count: restored.planeCount), clipped: 0,
      isChanged: !scaleKept || slice.pixels.isMapped, range: nil)
    var least = Int32.max
    var greatest = Int32.min
    let original = plane.sharesGrid ? slice.storedValues : []
    try forEach { (index, fate) in
      var value: Double
      switch fate {
      case .untouched(let stored, let isPadding) where scaleKept || isPadding:
        result.stored[index] = stored
        if !isPadding {
          least = min(least, stored)
          greatest = max(greatest, stored)
        }
        return
      case .untouched(let stored, _): value = source.slope * Double(stored) + source.intercept
      case .new(let modality): value = modality
      }
      value = ((value - target.rescale.intercept) / target.rescale.slope)
        .rounded(.toNearestOrEven)
      let placed = Self.place(value, legal: legal, padding: padding)
      if abs(placed - value) > 1 || !legal.contains(value) { result.clipped += 1 }
      let stored = Int32(placed)
      result.stored[index] = stored
      least = min(least, stored)
      greatest = max(greatest, stored)
      if !plane.sharesGrid || stored != original[index] { result.isChanged = true }
    }
    if least <= greatest { result.range = Int(least)...Int(greatest) }
    return result
  }

  /// The nearest legal stored value that does not mean padding.
  private static func place(
    _ value: Double, legal: ClosedRange<Double>, padding: ClosedRange<Int>?
  ) -> Double {
    let inside = min(max(value, legal.lowerBound), legal.upperBound)
    guard let padding, Double(padding.lowerBound) <= inside, inside <= Double(padding.upperBound)
    else { return inside }
    let below = Double(padding.lowerBound) - 1
    let above = Double(padding.upperBound) + 1
    if above > legal.upperBound { return max(below, legal.lowerBound) }
    if below < legal.lowerBound { return above }
    return inside - below < above - inside ? below : above
  }

  /// Visits the voxels of the plane in order.
  @inline(__always)
  private func forEach(_ body: (Int, Fate) -> Void) throws(DicomError) {
    let count = restored.planeCount
    let base = plane.index * count
    let padding = slice.pixels.padding.map {
      Int32(clamping: $0.lowerBound)...Int32(clamping: $0.upperBound)
    }
    let stored = slice.storedValues
    for index in 0..<count {
      let value = restored.voxels[base + index]
      if plane.sharesGrid {
        let original = stored[index]
        let isPadding = padding?.contains(original) ?? false
        let isExcluded = stack.excluded.map { $0[base + index] } ?? false
        if isPadding || isExcluded
          || value.bitPattern == stack.volume.voxels[base + index].bitPattern
        {
          body(index, .untouched(original, isPadding: isPadding || isExcluded))
          continue
        }
      }
      guard value.isFinite else {
        throw DicomError(.unsupported, "the restored volume holds a value that is not finite")
      }
      body(index, .new(Double(value)))
    }
  }
}

extension StoredPixels {
  /// The stored values that bits and sign allow.
  var storedRange: ClosedRange<Double> {
    let span = Double(UInt64(1) << UInt64(bitsStored))
    return isSigned ? -span / 2...span / 2 - 1 : 0...span - 1
  }

  /// The same values with more bits, up to Bits Allocated.
  func widened(signed: Bool) -> StoredPixels {
    var result = self
    // Stored values pass through signed words of 32 bits.
    result.bitsStored = bitsAllocated == 32 && !signed ? 31 : bitsAllocated
    result.highBit = result.bitsStored - 1
    result.isSigned = signed
    return result
  }
}
