import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// The smoothed intensities in and beside one slice.
struct SmoothedSlice {
  private let volume: Volume
  private let fitted: Mask
  private let axes: [GradientAxis]
  private let slice: Int
  private let columns: Int
  private let rows: Int
  /// The slices before, at and behind, smoothed along z.
  private let planes: [WeightedSums]

  init(_ volume: Volume, _ fitted: Mask, _ axes: [GradientAxis], slice: Int) {
    self.volume = volume
    self.fitted = fitted
    self.axes = axes
    self.slice = slice
    columns = volume.dimensions.x
    rows = volume.dimensions.y
    planes = (axes[2].isLong ? [-1, 0, 1] : [0]).map { offset in
      var sums = WeightedSums(count: volume.planeCount)
      for (tap, weight) in axes[2].smoothing.enumerated() where weight > 0 {
        let z = slice + offset + tap - 2
        guard (0..<volume.dimensions.z).contains(z) else { continue }
        sums.add(volume, fitted, at: z * volume.planeCount, weight: weight)
      }
      return sums
    }
  }

  func sample(_ samples: inout MutableSpan<SIMD4<Float>>) {
    let width = axes[0].indices.count
    let middle = planes[planes.count / 2]
    for (line, y) in axes[1].indices.enumerated() {
      let centre = row(middle, y)
      let alongY = axes[1].isLong ? [row(middle, y - 1), row(middle, y + 1)] : []
      let alongZ = axes[2].isLong ? [row(planes[0], y), row(planes[2], y)] : []
      for (i, x) in axes[0].indices.enumerated() where counts(x, y) {
        let smooth = axes[0].smoothing
        var sample = SIMD4<Float>(0, 0, 0, centre.mean(at: x, smooth))
        if axes[0].isLong {
          sample.x = log(centre.mean(at: x + 1, smooth) / centre.mean(at: x - 1, smooth))
        }
        if axes[1].isLong {
          sample.y = log(alongY[1].mean(at: x, smooth) / alongY[0].mean(at: x, smooth))
        }
        if axes[2].isLong {
          sample.z = log(alongZ[1].mean(at: x, smooth) / alongZ[0].mean(at: x, smooth))
        }
        samples[line * width + i] = sample
      }
    }
  }

  /// Whether the voxel and its neighbours belong to the object.
  private func counts(_ x: Int, _ y: Int) -> Bool {
    let here = volume.index(x, y, slice)
    guard fitted.bits[here] != 0 else { return false }
    for (axis, step) in [1, columns, columns * rows].enumerated() where axes[axis].isLong {
      guard fitted.bits[here - step] != 0, fitted.bits[here + step] != 0 else { return false }
    }
    return true
  }

  private func row(_ plane: WeightedSums, _ y: Int) -> WeightedSums {
    var sums = WeightedSums(count: columns)
    for (tap, weight) in axes[1].smoothing.enumerated() where weight > 0 {
      let from = y + tap - 2
      guard (0..<rows).contains(from) else { continue }
      sums.add(plane, at: from * columns, weight: weight)
    }
    return sums
  }
}

/// Sums of intensities and of their weights.
private struct WeightedSums {
  private(set) var values: [Float]
  private(set) var weights: [Float]

  init(count: Int) {
    values = [Float](repeating: 0, count: count)
    weights = values
  }

  mutating func add(_ volume: Volume, _ fitted: Mask, at start: Int, weight: Float) {
    Self.add(volume, fitted, at: start, weight: weight, to: &values, &weights)
  }

  mutating func add(_ other: WeightedSums, at start: Int, weight: Float) {
    Self.add(other, at: start, weight: weight, to: &values, &weights)
  }

  private static func add(
    _ volume: Volume, _ fitted: Mask, at start: Int, weight: Float, to values: inout [Float],
    _ weights: inout [Float]
  ) {
    var values = values.mutableSpan
    var weights = weights.mutableSpan
    for i in values.indices {
      let counts: Float = fitted.bits[start + i] != 0 ? weight : 0
      values[i] += counts > 0 ? volume.voxels[start + i] * counts : 0
      weights[i] += counts
    }
  }

  private static func add(
    _ other: WeightedSums, at start: Int, weight: Float, to values: inout [Float],
    _ weights: inout [Float]
  ) {
    var values = values.mutableSpan
    var weights = weights.mutableSpan
    for i in values.indices {
      values[i] += weight * other.values[start + i]
      weights[i] += weight * other.weights[start + i]
    }
  }

  /// The weighted mean about a place; the object's voxel there makes it positive.
  func mean(at place: Int, _ smoothing: [Float]) -> Float {
    var (sum, total): (Float, Float) = (0, 0)
    for (tap, weight) in smoothing.enumerated() {
      let from = place + tap - 2
      guard from >= 0, from < values.count else { continue }
      sum += weight * values[from]
      total += weight * weights[from]
    }
    return max(sum, .leastNormalMagnitude) / max(total, .leastNormalMagnitude)
  }
}
