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
  /// Stored values, row by row, as `DicomSlice.storedValues` has them.
  var stored: [Int32]
  /// The upper halves of real numbers of 64 bits; empty for all others.
  var upperHalves: [Int32] = []
  /// Values that could not be stored as computed.
  var clipped: Int
  /// Whether any differs from the source's.
  var isChanged: Bool
  /// Least and greatest stored value, padding left out; nil when all is padding, or they are real.
  var range: ClosedRange<Int>?
}

/// Restored voxels on their way back to stored values.
struct DerivedPixels {
  let stack: DicomStack
  let restored: Volume
  let plane: DerivedPlane

  /// What becomes of one voxel.
  private enum Fate {
    /// Padding, or a value that no step touched: the stored number stands.
    case untouched(Double, isPadding: Bool)
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
        // NaN and infinities are padding.
        guard stored.isFinite else { return }
        low = min(low, stored)
        high = max(high, stored)
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
        low = min(low, rescale.slope * stored + rescale.intercept)
        high = max(high, rescale.slope * stored + rescale.intercept)
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
    let padding = plane.sharesGrid ? target.paddingNumbers : nil
    var result = DerivedPlaneValues(
      stored: Array(repeating: 0, count: restored.planeCount), clipped: 0,
      isChanged: !scaleKept || slice.pixels.isMapped, range: nil)
    var least = Double.infinity
    var greatest = -Double.infinity
    let original = plane.sharesGrid ? slice.storedValues : []
    let originalHalves = plane.sharesGrid ? slice.upperHalves : []
    if target.isReal, target.bitsAllocated == 64 {
      result.upperHalves = Array(repeating: 0, count: restored.planeCount)
    }
    try forEach { (index, fate) in
      var value: Double
      switch fate {
      case .untouched(let stored, let isPadding) where scaleKept || isPadding:
        result.stored[index] = original[index]
        if !originalHalves.isEmpty { result.upperHalves[index] = originalHalves[index] }
        if !isPadding {
          least = min(least, stored)
          greatest = max(greatest, stored)
        }
        return
      case .untouched(let stored, _): value = source.slope * stored + source.intercept
      case .new(let modality): value = modality
      }
      value = (value - target.rescale.intercept) / target.rescale.slope
      if target.isReal {
        let placed = Self.place(
          value, legal: legal, realPadding: padding, bits: target.bitsAllocated)
        if !legal.contains(value) { result.clipped += 1 }
        result.put(placed, at: index)
        result.isChanged = true
        return
      }
      value = value.rounded(.toNearestOrEven)
      let placed = Self.place(value, legal: legal, padding: padding)
      if abs(placed - value) > 1 || !legal.contains(value) { result.clipped += 1 }
      // Of 32 bits without a sign, the bits.
      let stored = Int32(truncatingIfNeeded: Int64(placed))
      result.stored[index] = stored
      least = min(least, placed)
      greatest = max(greatest, placed)
      if !plane.sharesGrid || stored != original[index] { result.isChanged = true }
    }
    if least <= greatest, !target.isReal { result.range = Int(least)...Int(greatest) }
    return result
  }

  /// The nearest legal stored value that does not mean padding.
  private static func place(
    _ value: Double, legal: ClosedRange<Double>, padding: ClosedRange<Double>?
  ) -> Double {
    let inside = min(max(value, legal.lowerBound), legal.upperBound)
    guard let padding, padding.contains(inside) else { return inside }
    let below = padding.lowerBound - 1
    let above = padding.upperBound + 1
    if above > legal.upperBound { return max(below, legal.lowerBound) }
    if below < legal.lowerBound { return above }
    return inside - below < above - inside ? below : above
  }

  /// Visits the voxels of the plane in order.
  @inline(__always)
  private func forEach(_ body: (Int, Fate) -> Void) throws(DicomError) {
    let count = restored.planeCount
    let base = plane.index * count
    let padding = slice.pixels.paddingNumbers
    let stored = StoredNumbers(slice)
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
  /// The stored values that mean "no image here".
  var paddingNumbers: ClosedRange<Double>? {
    isReal ? realPadding : padding.map { Double($0.lowerBound)...Double($0.upperBound) }
  }

  /// The stored values that bits and sign allow.
  var storedRange: ClosedRange<Double> {
    if isReal {
      let greatest =
        bitsAllocated == 64
        ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
      return -greatest...greatest
    }
    let span = Double(UInt64(1) << UInt64(bitsStored))
    return isSigned ? -span / 2...span / 2 - 1 : 0...span - 1
  }

  /// The same values with more bits, up to Bits Allocated.
  func widened(signed: Bool) -> StoredPixels {
    var result = self
    result.bitsStored = bitsAllocated
    result.highBit = result.bitsStored - 1
    result.isSigned = signed
    return result
  }
}
