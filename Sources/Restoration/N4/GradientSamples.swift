import RestorationKernels
import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// One axis of the fit to gradients: the voxels it looks at, and the B-splines there.
struct GradientAxis: Sendable {
  /// The voxels at which differences are taken.
  let indices: [Int]
  /// Control points that can be told apart: spans + 3, or 1 on an axis too short for a shading.
  let count: Int
  /// The B-splines at each of `indices`, `count` of them each.
  let values: [[Double]]
  /// The B-splines one voxel further on less those one voxel before.
  let differences: [[Double]]
  /// The weights of the voxels two before to two behind in the smoothing.
  let smoothing: [Float]
  /// Whether differences are taken along the axis.
  var isLong: Bool { count > 1 }

  private static let spans = 2
  private static let leastVoxels = 6

  /// Lays an axis out.
  ///
  /// - Parameters:
  ///   - voxels: Voxels along the axis.
  ///   - spacing: mm between them.
  ///   - finest: mm between voxels along the axis where they are closest.
  init(voxels: Int, spacing: Double, finest: Double) {
    let step = max(1, min(Int((4 * finest / spacing).rounded()), voxels / 8))
    let long = voxels >= Self.leastVoxels
    let all = Array(stride(from: (voxels - 1) % step / 2, to: voxels, by: step))
    indices = long ? all.filter { $0 > 0 && $0 + 1 < voxels } : all
    count = long ? Self.spans + 3 : 1
    let dense = Self.basis(voxels: voxels).map { long ? $0 : [1] }
    values = indices.map { dense[$0] }
    differences = indices.map { place in
      long ? zip(dense[place + 1], dense[place - 1]).map { $0 - $1 } : [0]
    }
    smoothing =
      long && spacing <= 1.5 * finest
      ? [1, 4, 6, 4, 1].map { $0 / 16 } : [0, 0, 1, 0, 0]
  }

  /// The B-splines at all voxels, for a lattice of `ShadingField`.
  static func voxelBasis(voxels: Int) -> SplineBasis {
    let last = Double(max(voxels - 1, 1))
    let long = voxels >= leastVoxels
    return SplineBasis(
      order: long ? 3 : 0, spans: long ? spans : 1,
      positions: (0..<voxels).map { long ? Double($0) / last : 0 }, step: 1 / last)
  }

  private static func basis(voxels: Int) -> [[Double]] {
    let basis = voxelBasis(voxels: voxels)
    return (0..<voxels).map { place in
      var dense = [Double](repeating: 0, count: basis.stored)
      for tap in 0..<4 { dense[basis.first[place] + tap] += basis.taps[place][tap] }
      return dense
    }
  }
}

/// Differences of log intensity between the neighbours of voxels on a thinned grid.
///
/// Intensities are smoothed with the voxels of the object that lie within two voxels, so that noise
/// does not drown the slope; the object's rim does not leak in.
struct GradientSamples: Sendable {
  /// The axes.
  let axes: [GradientAxis]
  /// The differences along x, y and z, one after the other for each sample, x fastest.
  private(set) var differences: [SIMD3<Float>]
  /// How much each sample counts; 0 where a neighbour lies outside the object.
  private(set) var weights: [Float]
  /// Samples that count.
  var count: Int { weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } }

  /// Takes the differences.
  ///
  /// - Parameters:
  ///   - volume: Positive where `fitted`.
  ///   - fitted: The object.
  init(_ volume: Volume, fitted: Mask) {
    let long = (0..<3).filter { volume.dimensions[$0] > 1 }
    let finest = long.map { volume.voxelSpacing[$0] }.min() ?? 1
    let axes = (0..<3).map {
      GradientAxis(
        voxels: volume.dimensions[$0], spacing: volume.voxelSpacing[$0], finest: finest)
    }
    self.axes = axes
    let plane = axes[0].indices.count * axes[1].indices.count
    let count = plane * axes[2].indices.count
    let parts = axes[2].indices.indices.map { plane * $0..<plane * ($0 + 1) }
    // Differences and smoothed intensity of each sample; 0 where it does not count.
    var found = [SIMD4<Float>](repeating: .zero, count: count)
    fillConcurrently(&found, parts: parts) { part, samples in
      SmoothedSlice(volume, fitted, axes, slice: axes[2].indices[part]).sample(&samples)
    }
    differences = found.map { SIMD3($0.x, $0.y, $0.z) }
    var bright = found.map(\.w).filter { $0 > 0 }
    let median =
      bright.isEmpty
      ? 1 : bright.withUnsafeMutableBufferPointer { select($0, position: $0.count / 2) }
    // Noise of the logarithm goes with 1 / intensity, up to what is usual in the object.
    weights = found.map { sample in
      let relative = min(sample.w / median, 1)
      return relative * relative
    }
  }
}

/// The smoothed intensities in and beside one slice.
private struct SmoothedSlice {
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
