/// The constants of structural similarity.
package struct SimilarityTerms: Sendable {
  /// The weights of the window from its centre outwards.
  package let weights: [Float]
  /// By which variances and covariance are multiplied.
  package let covarianceFactor: Float
  /// C1 of the paper.
  package let luminanceFloor: Float
  /// C2 of the paper.
  package let contrastFloor: Float
  /// A typical value, taken off before squaring.
  package let shift: Float

  /// Collects the constants; the window is at most 17 wide.
  package init(
    weights: [Float], covarianceFactor: Float, luminanceFloor: Float, contrastFloor: Float,
    shift: Float
  ) {
    precondition((1...9).contains(weights.count), "the window is too wide")
    self.weights = weights
    self.covarianceFactor = covarianceFactor
    self.luminanceFloor = luminanceFloor
    self.contrastFloor = contrastFloor
    self.shift = shift
  }

  /// The similarity of eight places, from the means of a, b, a² + b² and ab less the shift.
  @inline(__always)
  func similarity(
    _ a: FloatLanes, _ b: FloatLanes, _ squares: FloatLanes, _ product: FloatLanes
  ) -> FloatLanes {
    let variances = (squares - a * a - b * b) * covarianceFactor
    let covariance = (product - a * b) * covarianceFactor
    let (u, v) = (a + shift, b + shift)
    let above = (u * v * 2 + luminanceFloor) * (covariance * 2 + contrastFloor)
    return above / ((u * u + v * v + luminanceFloor) * (variances + contrastFloor))
  }
}

/// Sums the map of structural similarity over strips of two pictures all of whose pixels count.
///
/// A strip is narrow enough that the rows of its windows stay in the nearest cache: a, b, a² + b²
/// and ab of each row are worked out once, blended along y and then along x. Each row is kept twice,
/// so that the rows of a window always follow each other.
///
/// About 20 instructions a pixel and field for eight pixels, at a window of 11.
package struct SimilarityStrip: ~Copyable {
  private static let columns = 96
  /// Floats of a row of one field: the columns and what the widest window reaches.
  private static let width = columns + 16
  /// From a row to the next: four fields.
  private static let stride = 4 * width

  private let terms: SimilarityTerms
  private let half: Int
  private let taps: Int
  private let rows: UnsafeMutablePointer<Float>
  private let line: UnsafeMutablePointer<Float>

  /// Reserves the scratch.
  package init(_ terms: SimilarityTerms) {
    self.terms = terms
    half = terms.weights.count - 1
    taps = 2 * half + 1
    let count = (2 * taps + 1) * Self.stride + 16
    rows = .allocateLines(count)
    rows.initialize(repeating: 0, count: count)
    line = rows + 2 * taps * Self.stride
  }

  deinit { rows.deallocate() }

  /// The sum of the map over some pixels.
  ///
  /// - Parameters:
  ///   - a: A picture, columns fastest.
  ///   - b: Another one.
  ///   - size: Columns and rows of the pictures.
  ///   - rows: Which rows to sum.
  ///   - columns: Which columns.
  /// - Returns: The sum.
  package func sum(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, size: SIMD2<Int>, rows: Range<Int>,
    columns: Range<Int>
  ) -> Double {
    var sum = 0.0
    for first in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: Self.columns) {
      let count = min(Self.columns, columns.upperBound - first)
      for place in 0..<(rows.count + 2 * half) {
        let y = mirrored(rows.lowerBound - half + place, count: size.y) * size.x
        join(a + y, b + y, size.x, from: first - half, count: count + 2 * half, slot: place % taps)
        guard place >= 2 * half else { continue }
        blend(slot: (place + 1) % taps, count: count + 2 * half)
        sum += total(count)
      }
    }
    return sum
  }

  /// Works out the fields of a row.
  private func join(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ columns: Int, from first: Int,
    count: Int, slot: Int
  ) {
    let target = rows + slot * Self.stride
    let again = taps * Self.stride
    for i in Swift.stride(from: 0, to: count, by: 8) {
      let x = first + i
      var (u, v) = (FloatLanes(repeating: 0), FloatLanes(repeating: 0))
      if x >= 0, x + 8 <= columns {
        (u, v) = (a.lanes(at: x), b.lanes(at: x))
      } else {
        for lane in 0..<8 {
          let column = mirrored(x + lane, count: columns)
          (u[lane], v[lane]) = (a[column], b[column])
        }
      }
      u -= terms.shift
      v -= terms.shift
      let fields = (u, v, (u * u).addingProduct(v, v), u * v)
      let place = target + i
      place.store(fields.0, at: 0)
      place.store(fields.1, at: Self.width)
      place.store(fields.2, at: 2 * Self.width)
      place.store(fields.3, at: 3 * Self.width)
      place.store(fields.0, at: again)
      place.store(fields.1, at: again + Self.width)
      place.store(fields.2, at: again + 2 * Self.width)
      place.store(fields.3, at: again + 3 * Self.width)
    }
  }

  /// Blends the rows of a window into a line of each field.
  private func blend(slot: Int, count: Int) {
    let weights = Weights(terms.weights)
    @inline(__always) func sweep(_ half: Int) {
      let centre = UnsafePointer(rows) + (slot + half) * Self.stride
      for field in 0..<4 {
        for i in Swift.stride(from: field * Self.width, to: field * Self.width + count, by: 8) {
          line.store(weights.blend(centre, at: i, step: Self.stride, half: half), at: i)
        }
      }
    }
    switch half {  // Windows known to the compiler become straight code.
    case 5: sweep(5)
    case 3: sweep(3)
    default: sweep(half)
    }
  }

  /// Blends the line along x and sums the map over it.
  private func total(_ count: Int) -> Double {
    let weights = Weights(terms.weights)
    var lanes = FloatLanes(repeating: 0)
    @inline(__always) func sweep(_ half: Int) {
      let centre = UnsafePointer(line) + half
      @inline(__always) func mean(_ field: Int, _ i: Int) -> FloatLanes {
        weights.blend(centre, at: field * Self.width + i, step: 1, half: half)
      }
      for i in Swift.stride(from: 0, to: count, by: 8) {
        var found = terms.similarity(mean(0, i), mean(1, i), mean(2, i), mean(3, i))
        if i + 8 > count { for lane in (count - i)..<8 { found[lane] = 0 } }
        lanes += found
      }
    }
    switch half {
    case 5: sweep(5)
    case 3: sweep(3)
    default: sweep(half)
    }
    return (0..<8).reduce(0) { $0 + Double(lanes[$1]) }
  }

  /// The weights of a window in registers.
  private struct Weights {
    let near: SIMD8<Float>
    let farthest: Float

    init(_ weights: [Float]) {
      var near = SIMD8<Float>(repeating: 0)
      for k in 0..<min(8, weights.count) { near[k] = weights[k] }
      self.near = near
      farthest = weights.count > 8 ? weights[8] : 0
    }

    /// `w₀ s₀ + Σ wₖ (s₋ₖ + sₖ)` at eight places of rows that lie `step` apart.
    @inline(__always)
    func blend(
      _ centre: UnsafePointer<Float>, at i: Int, step: Int, half: Int
    ) -> FloatLanes {
      var sum = centre.lanes(at: i) * FloatLanes(repeating: near[0])
      for k in 1..<max(1, half + 1) {
        let two = centre.lanes(at: i - k * step) + centre.lanes(at: i + k * step)
        sum = sum.addingProduct(two, FloatLanes(repeating: k < 8 ? near[k] : farthest))
      }
      return sum
    }
  }
}
