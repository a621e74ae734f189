import VolumeModel

/// Turns values into stored voxels, least significant byte first.
struct VoxelEncoder: Sendable {
  /// The map from stored values to values.
  let rescale: Rescale
  private let type: StoredType

  /// Chooses how to store volumes.
  ///
  /// - Parameters:
  ///   - type: How the voxels are stored.
  ///   - volumes: The values.
  ///   - preferred: A map that integers keep where it gives every value back bit by bit, as the
  ///     source's own does when no step changed anything.
  /// - Throws: `writeFailed` for a type that cannot hold the values.
  init(
    _ type: StoredType, for volumes: [Volume], preferring preferred: Rescale? = nil
  ) throws(NiftiError) {
    self.type = type
    switch type {
    case .float32, .float64: rescale = .identity
    case .uint8, .int8, .uint16, .int16, .uint32, .int32:
      let limits = Self.limits(of: type)
      if let preferred, Self.isExact(preferred, for: volumes, within: limits) {
        rescale = preferred
      } else {
        rescale = try ValueRange(of: volumes).rescale(to: limits)
      }
    default: throw NiftiError(.unsupported, "results are not written as \(type.name)")
    }
  }

  /// Whether every value is what a map makes of a stored number within limits.
  private static func isExact(
    _ rescale: Rescale, for volumes: [Volume], within limits: ClosedRange<Double>
  ) -> Bool {
    volumes.allSatisfy { volume in
      volume.voxels.allSatisfy { value in
        let stored = ((Double(value) - rescale.intercept) / rescale.slope)
          .rounded(.toNearestOrEven)
        return limits.contains(stored)
          && Float(rescale.slope * stored + rescale.intercept) == value
      }
    }
  }

  /// The smallest and the largest number of an integer type.
  private static func limits(of type: StoredType) -> ClosedRange<Double> {
    let span = Double(sign: .plus, exponent: type.bitsPerVoxel, significand: 1)
    return type.isSigned ? (-span / 2)...(span / 2 - 1) : 0...(span - 1)
  }

  /// Stores a range of voxels.
  func encode(_ voxels: [Float], _ range: Range<Int>) -> [UInt8] {
    switch type {
    case .uint8, .int8: stored(voxels, range) { UInt8(truncatingIfNeeded: integer($0)) }
    case .uint16, .int16:
      stored(voxels, range) { UInt16(truncatingIfNeeded: integer($0)).littleEndian }
    case .uint32, .int32:
      stored(voxels, range) { UInt32(truncatingIfNeeded: integer($0)).littleEndian }
    case .float64: stored(voxels, range) { Double($0).bitPattern.littleEndian }
    default: stored(voxels, range) { $0.bitPattern.littleEndian }
    }
  }

  /// The stored number nearest to a finite value; halves go to even.
  @inline(__always)
  private func integer(_ value: Float) -> Int64 {
    let limits = Self.limits(of: type)
    let number = ((Double(value) - rescale.intercept) / rescale.slope).rounded(.toNearestOrEven)
    return Int64(min(max(number, limits.lowerBound), limits.upperBound))
  }

  @inline(__always)
  private func stored<Stored: FixedWidthInteger>(
    _ voxels: [Float], _ range: Range<Int>, _ store: (Float) -> Stored
  ) -> [UInt8] {
    let width = MemoryLayout<Stored>.size
    return unsafe [UInt8](unsafeUninitializedCapacity: range.count * width) { buffer, count in
      for (index, voxel) in range.enumerated() {
        unsafe UnsafeMutableRawBufferPointer(buffer).storeBytes(
          of: store(voxels[voxel]), toByteOffset: index * width, as: Stored.self)
      }
      count = range.count * width
    }
  }
}

/// What the values of volumes are like, as far as storing them as integers goes.
private struct ValueRange {
  private var lowest = Double.infinity
  private var highest = -Double.infinity
  private var areWhole = true

  init(of volumes: [Volume]) throws(NiftiError) {
    for volume in volumes {
      for value in volume.voxels {
        guard value.isFinite else {
          throw NiftiError(.unsupported, "integer voxels cannot hold NaN or infinite values")
        }
        lowest = min(lowest, Double(value))
        highest = max(highest, Double(value))
        if value.rounded() != value { areWhole = false }
      }
    }
  }

  /// The map that brings all values within a type's limits.
  func rescale(to limits: ClosedRange<Double>) throws(NiftiError) -> Rescale {
    if areWhole, limits.contains(lowest), limits.contains(highest) { return .identity }
    guard lowest < highest else { return Rescale(slope: 1, intercept: lowest) }
    // NIfTI-1 holds both as 32 bits, so the slope follows from the rounded intercept and is
    // rounded up: nothing clips.
    let isSigned = limits.lowerBound < 0
    let intercept = isSigned ? Double(Float((lowest + highest) / 2)) : lowest
    let step = max(
      (highest - intercept) / limits.upperBound,
      isSigned ? (lowest - intercept) / limits.lowerBound : 0)
    let slope = Double(Float(step).nextUp)
    guard slope.isFinite else {
      throw NiftiError(.unsupported, "the values lie too far apart to store as integers")
    }
    return Rescale(slope: slope, intercept: intercept)
  }
}
