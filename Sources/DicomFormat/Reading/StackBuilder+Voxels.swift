internal import Dispatch
internal import ScanModel
internal import VolumeModel

/// Voxels of a stack: several slices at once, on all cores.
extension StackBuilder {
  /// Below this, in HU, there is nothing in nature: scanners fill what lies outside the field of
  /// view with -2000 or -3024, often without saying so in Pixel Padding Value.
  private static let emptyHU: Float = -1500

  /// Modality values of all slices, each through its own rescale.
  func modalityValues() -> [Float] {
    let count = members.reduce(0) { $0 + $1.decoded.packed.count }
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe LargePages.prefer(for: buffer)
      unsafe forEachSlice(of: buffer) { index, values in
        let member = members[index]
        unsafe member.decoded.packed.initialize(values, through: member.pixels.rescale)
      }
      initialized = count
    }
  }

  /// Padding, declared or evident; nil when there is none.
  func excluded(_ volume: Volume, unit: IntensityUnit) -> Mask? {
    // Most series have none, and need no mask to be told so.
    let isEmpty = members.map { unit == .hounsfield && $0.mayBeEmpty(upTo: Self.emptyHU) }
    guard isEmpty.contains(true) || members.contains(where: \.mayHavePadding) else { return nil }
    var bits = [UInt8](repeating: 0, count: volume.voxels.count)
    unsafe bits.withUnsafeMutableBufferPointer { buffer in
      unsafe forEachSlice(of: buffer) { index, bits in
        let member = members[index]
        if let padding = member.instance.pixels.paddingNumbers {
          unsafe member.decoded.packed.mark(padding, in: bits)
        }
        if let excluded = member.decoded.excluded {
          for i in excluded.indices where excluded[i] != 0 { unsafe bits[i] = 1 }
        }
        let first = index * volume.planeCount
        if member.pixels.isReal {
          for i in 0..<bits.count where !volume.voxels[first + i].isFinite { unsafe bits[i] = 1 }
        }
        guard isEmpty[index] else { return }
        for i in 0..<bits.count where volume.voxels[first + i] <= Self.emptyHU {
          unsafe bits[i] = 1
        }
      }
    }
    return bits.contains(1) ? Mask(dimensions: volume.dimensions, bits: bits) : nil
  }

  /// Runs a body once for each slice, with the part of a buffer that is the slice's.
  private func forEachSlice<Element: Sendable>(
    of buffer: UnsafeMutableBufferPointer<Element>,
    _ body: @Sendable (Int, UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    var starts = [0]
    for member in members { starts.append(starts[starts.count - 1] + member.decoded.packed.count) }
    let places = starts
    let shared = unsafe SharedElements(buffer: buffer)
    DispatchQueue.concurrentPerform(iterations: members.count) { index in
      // Slices lie one after the other, so no two threads touch the same element.
      let slice = unsafe UnsafeMutableBufferPointer(
        rebasing: shared.buffer[places[index]..<places[index + 1]])
      unsafe body(index, slice)
    }
  }
}

@unsafe private struct SharedElements<Element>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Element>
}

extension StackMember {
  /// Whether pixels are excluded by what is stored.
  fileprivate var mayHavePadding: Bool {
    decoded.excluded != nil || pixels.isReal
      || instance.pixels.paddingNumbers.map(decoded.packed.has) ?? false
  }

  /// Whether a modality value may be no greater than one.
  fileprivate func mayBeEmpty(upTo greatest: Float) -> Bool {
    guard let range = decoded.packed.range else { return false }
    let rescale = pixels.rescale
    return [range.lowerBound, range.upperBound].contains {
      Float(rescale.slope * $0 + rescale.intercept) <= greatest
    }
  }
}
