import RestorationKernels

/// The normal equations of a fit to slopes.
struct GradientEquations {
  /// For each pair of B-splines along z, then each along y: products of pairs along x.
  private var squares: [SIMD16<Double>]
  /// For each B-spline along z, then each along y: B-splines along x times slopes.
  private var moments: [SIMD8<Double>]
  private let counts: SIMD3<Int>

  /// Begins with no samples.
  ///
  /// - Parameter counts: Control points along x, y and z.
  init(counts: SIMD3<Int>) {
    self.counts = counts
    let (pairs, most) = (GradientSlice.pairs, SplineColumns.most)
    squares = Array(repeating: .zero, count: pairs * pairs)
    moments = Array(repeating: .zero, count: most * most)
  }

  /// Adds a slice of samples, times its B-splines along z.
  mutating func add(_ part: GradientSlice, z: SplineColumns, at slice: Int) {
    let (pairs, most) = (GradientSlice.pairs, SplineColumns.most)
    for axis in 0..<3 {
      let products = axis == 2 ? z.steepProducts[slice] : z.products[slice]
      let splines = axis == 2 ? z.differences[slice] : z.values[slice]
      for i in 0..<most where splines[i] != 0 {
        for row in 0..<most {
          moments[i * most + row] += splines[i] * part.moments[axis * most + row]
        }
      }
      for pair in 0..<pairs where products[pair] != 0 {
        for row in 0..<pairs {
          squares[pair * pairs + row] += products[pair] * part.squares[axis * pairs + row]
        }
      }
    }
  }

  /// The right-hand side, control points with x fastest.
  var right: [Double] {
    places.map { moments[$0.z * SplineColumns.most + $0.y][$0.x] }
  }

  /// The matrix, row by row.
  var matrix: [Double] {
    let (pairs, places) = (GradientSlice.pairs, places)
    return squares.withUnsafeBytes { squares in
      let products = squares.bindMemory(to: Double.self)
      var matrix: [Double] = []
      matrix.reserveCapacity(places.count * places.count)
      for p in places {
        for q in places {
          let plane = SplineColumns.place(p.z, q.z) * pairs
          let row = (plane + SplineColumns.place(p.y, q.y)) * SIMD16<Double>.scalarCount
          matrix.append(products[row + SplineColumns.place(p.x, q.x)])
        }
      }
      return matrix
    }
  }

  private var places: [SIMD3<Int>] {
    (0..<counts.z).flatMap { z in
      (0..<counts.y).flatMap { y in (0..<counts.x).map { x in [x, y, z] } }
    }
  }
}
