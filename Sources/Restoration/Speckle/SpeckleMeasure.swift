import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How large the speckle of some frames is, and how far it scatters.
struct SpeckleMeasure: Sendable {
  /// Pixels along a row, rows, frames.
  let dimensions: SIMD3<Int>
  /// Pixels that do not count.
  let excluded: Mask?

  /// Samples that the spread is taken from, about.
  private static let mostSamples = 100_000
  /// The standard deviation, in pixels, of the mean that parts speckle from what is under it.
  private static let coarse = 5.0
  /// How far above the darkest pixel tissue begins, as a part of the way to the brightest.
  private static let tissue: Float = 0.05

  private var frames: Range<Int> { 0..<dimensions.z }

  /// The width of speckle along x and y, in pixels: the standard deviation of the bell that would make
  /// white noise as alike from one pixel to the next.
  ///
  /// What is farther than three usual deviations from the frame's coarse part is held to that, so that
  /// letters and bright interfaces count no more than speckle. 0.3 where there is nothing to measure.
  func size(of voxels: [Float]) -> SIMD2<Double> {
    let sums = summaries(frames.count) { alikeness(frame: $0, of: voxels) }
    var size = SIMD2<Double>()
    for axis in 0..<2 {
      let together = sums.reduce(0) { $0 + $1.products[axis] }
      let each = sums.reduce(0) { $0 + $1.squares[axis] }
      let correlation = each > 0 ? min(max(together / each, 0.06), 0.99) : 0.06
      size[axis] = (-1 / (4 * log(correlation))).squareRoot()
    }
    return size
  }

  /// The root of what speckle makes of the mean squared difference of 3 x 3 pixels of the guide: the
  /// median over tissue, of pixels several speckles apart.
  ///
  /// - Parameters:
  ///   - guide: The smoothed frames.
  ///   - size: Of the speckle, as measured.
  /// - Returns: In the scan's unit; 0 where nothing differs, or where there are too few pixels.
  func spread(of guide: [Float], size: SIMD2<Double>) -> Double {
    let plane = dimensions.x * dimensions.y
    let step = max(1, Int((Double(plane * frames.count) / Double(Self.mostSamples)).squareRoot()))
    let centres = frames.flatMap { z in
      stride(from: 1, to: dimensions.y - 1, by: step).flatMap { y in
        let row = (z * dimensions.y + y) * dimensions.x
        return stride(from: 1, to: dimensions.x - 1, by: step).map { row + $0 }
      }
    }.filter { excluded?[$0] != true }
    let values = centres.map { guide[$0] }
    guard let darkest = values.min() else { return 0 }
    let limit = darkest + Self.tissue * (quantile(0.99, of: values) - darkest)
    var differences: [Float] = []
    for centre in centres where guide[centre] > limit {
      let (x, y) = (centre % dimensions.x, centre / dimensions.x % dimensions.y)
      for (axis, place) in [x, y].enumerated() {
        let distance = Int((4 * size[axis]).rounded(.up)) + 2
        let other = centre + distance * (axis == 0 ? 1 : dimensions.x)
        guard place + distance + 1 < dimensions[axis], excluded?[other] != true,
          guide[other] > limit
        else { continue }
        let difference = patchDifference(guide, centre, other)
        if difference > 0 { differences.append(difference) }
      }
    }
    return Double(quantile(0.5, of: differences)).squareRoot()
  }

  private func patchDifference(_ guide: [Float], _ a: Int, _ b: Int) -> Float {
    var sum: Float = 0
    for y in -1...1 {
      for x in -1...1 {
        let offset = y * dimensions.x + x
        let difference = guide[a + offset] - guide[b + offset]
        sum += difference * difference
      }
    }
    return sum / 9
  }

  /// Sums over neighbours along x and y: of the products of their steps from the coarse part, and of
  /// the root of the products of their squares.
  private func alikeness(
    frame: Int, of voxels: [Float]
  ) -> (products: SIMD2<Double>, squares: SIMD2<Double>) {
    let plane = dimensions.x * dimensions.y
    let steps = steps(frame: frame, of: voxels)
    var (products, squares) = (SIMD2<Double>(), SIMD2<Double>())
    for axis in 0..<2 {
      let next = axis == 0 ? 1 : dimensions.x
      for i in 0..<plane - min(next, plane) where axis == 1 || (i + 1) % dimensions.x != 0 {
        products[axis] += Double(steps[i]) * Double(steps[i + next])
        squares[axis] += 0.5 * (pow2(steps[i]) + pow2(steps[i + next]))
      }
    }
    return (products, squares)
  }

  /// What lies above a frame's coarse part, held to three usual deviations; 0 where excluded.
  private func steps(frame: Int, of voxels: [Float]) -> [Float] {
    let plane = dimensions.x * dimensions.y
    let picture = Array(voxels[frame * plane..<(frame + 1) * plane])
    let flat: SIMD3<Int> = [dimensions.x, dimensions.y, 1]
    let bell = GaussianBell(sigma: Self.coarse)
    let coarse = GaussianPass(flat, bells: [bell, bell]).filtered(picture)
    var steps = zip(picture, coarse).map { $0 - $1 }
    if let excluded {
      for i in steps.indices where excluded[frame * plane + i] { steps[i] = 0 }
    }
    let usual = quantile(0.5, of: steps.filter { $0 != 0 }.map { abs($0) })
    let most = 3 * usual / 0.6745
    return steps.map { min(max($0, -most), most) }
  }

  private func pow2(_ value: Float) -> Double { Double(value) * Double(value) }
}
