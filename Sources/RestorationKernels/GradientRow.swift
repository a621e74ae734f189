internal import CLanes

/// The places of one axis in a fit of B-splines to slopes, prepared for sums along it.
///
/// Up to eight B-splines of an axis lie side by side; products of two of them, i and j ≤ i, lie at
/// i (i + 1) / 2 + j, for which five are the most.
package struct SplineColumns: Sendable {
  /// The most B-splines.
  package static let most = 5

  /// The B-splines at each place; those that there are not are 0.
  package let values: [SIMD8<Double>]
  /// The B-splines one voxel further on less those one voxel before.
  package let differences: [SIMD8<Double>]
  /// Products of two of `values`.
  package let products: [SIMD16<Double>]
  /// Products of two of `differences`.
  package let steepProducts: [SIMD16<Double>]
  /// For each eight places `most` lanes of `values`, one B-spline each; places that there are not
  /// are 0.
  fileprivate let valueLanes: [SIMD8<Double>]
  /// The same of `differences`.
  fileprivate let differenceLanes: [SIMD8<Double>]

  /// Prepares an axis.
  ///
  /// - Parameters:
  ///   - values: At each place, up to `most` B-splines.
  ///   - differences: As many.
  package init(values: [[Double]], differences: [[Double]]) {
    precondition(
      values.count == differences.count
        && (values + differences).allSatisfy { $0.count <= Self.most },
      "more B-splines than there is room for")
    self.values = values.map(Self.padded)
    self.differences = differences.map(Self.padded)
    products = self.values.map(Self.products)
    steepProducts = self.differences.map(Self.products)
    valueLanes = Self.transposed(self.values)
    differenceLanes = Self.transposed(self.differences)
  }

  /// Where the product of two B-splines lies.
  package static func place(_ i: Int, _ j: Int) -> Int {
    let (less, more) = (min(i, j), max(i, j))
    return more * (more + 1) / 2 + less
  }

  private static func padded(_ splines: [Double]) -> SIMD8<Double> {
    var lanes = SIMD8<Double>.zero
    for (i, spline) in splines.enumerated() { lanes[i] = spline }
    return lanes
  }

  private static func products(_ splines: SIMD8<Double>) -> SIMD16<Double> {
    var products = SIMD16<Double>.zero
    for i in 0..<most {
      for j in 0...i { products[place(i, j)] = splines[i] * splines[j] }
    }
    return products
  }

  private static func transposed(_ splines: [SIMD8<Double>]) -> [SIMD8<Double>] {
    var lanes = [SIMD8<Double>](repeating: .zero, count: (splines.count + 7) / 8 * most)
    for (place, values) in splines.enumerated() {
      for i in 0..<most { lanes[place / 8 * most + i][place % 8] = values[i] }
    }
    return lanes
  }
}

/// The sums that one row of samples adds to the normal equations of a fit to slopes.
package struct GradientRow {
  /// Weights times products of two B-splines.
  package private(set) var squares = SIMD16<Double>.zero
  /// Weights times products of two differences of B-splines.
  package private(set) var steepSquares = SIMD16<Double>.zero
  /// Weights times slope times B-spline, for slopes along x (there: its difference), y and z.
  package private(set) var moments = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)

  /// What is known of a row of samples; a whole number of eights, those that there are not have the
  /// weight 0.
  package struct Samples {
    /// The differences of log intensity along x, y and z.
    let slopes: (x: UnsafePointer<Float>, y: UnsafePointer<Float>, z: UnsafePointer<Float>)
    /// How much each counts.
    let weights: UnsafePointer<Float>

    /// Names a row.
    package init(
      slopes: (x: UnsafePointer<Float>, y: UnsafePointer<Float>, z: UnsafePointer<Float>),
      weights: UnsafePointer<Float>
    ) {
      self.slopes = slopes
      self.weights = weights
    }
  }

  /// The B-splines that make the fitted slopes of a row, `SplineColumns.most` that count.
  package typealias Rows = (x: SIMD8<Double>, y: SIMD8<Double>, z: SIMD8<Double>)

  /// Weighs a row and sums it.
  ///
  ///     slope  = Σ rows[i] · spline[i]
  ///     weight = weight / (1 + |slope seen - slope|² / width²)²     Geman and McClure
  ///     sums  += weight · products
  ///
  /// Some 25 operations on four doubles for a sample that counts.
  ///
  /// - Parameters:
  ///   - samples: The row.
  ///   - columns: The axis along it.
  ///   - rows: The fit so far, expanded along y and z.
  ///   - inverseSquare: 1 / width².
  ///   - room: For as many doubles as the row has samples, to whole eights.
  package init(
    _ samples: Samples, columns: SplineColumns, rows: Rows, inverseSquare: Double,
    room: UnsafeMutablePointer<Double>
  ) {
    let blocks = columns.valueLanes.count / SplineColumns.most
    columns.valueLanes.withUnsafeBufferPointer { values in
      columns.differenceLanes.withUnsafeBufferPointer { differences in
        guard let values = values.baseAddress, let differences = differences.baseAddress else {
          return
        }
        for block in 0..<blocks {
          let place = block * SplineColumns.most
          Self.weigh(
            samples, at: 8 * block, values + place, differences + place, rows, inverseSquare,
            into: room + 8 * block)
        }
      }
    }
    for i in columns.values.indices where room[i] > 0 {
      add(
        room[i], slope: (samples.slopes.x[i], samples.slopes.y[i], samples.slopes.z[i]), columns, i)
    }
  }

  @inline(__always)
  private static func weigh(
    _ samples: Samples, at first: Int, _ values: UnsafePointer<SIMD8<Double>>,
    _ differences: UnsafePointer<SIMD8<Double>>, _ rows: Rows, _ inverseSquare: Double,
    into room: UnsafeMutablePointer<Double>
  ) {
    let weights = samples.weights.lanes(at: first)
    let place = UnsafeMutableRawPointer(room)
    guard weights.max() > 0 else {
      return place.storeBytes(of: SIMD8<Double>.zero, as: SIMD8<Double>.self)
    }
    var x = clanes_double(samples.slopes.x.lanes(at: first))
    var y = clanes_double(samples.slopes.y.lanes(at: first))
    var z = clanes_double(samples.slopes.z.lanes(at: first))
    for i in 0..<SplineColumns.most {
      x.addProduct(differences[i], SIMD8(repeating: -rows.x[i]))
      y.addProduct(values[i], SIMD8(repeating: -rows.y[i]))
      z.addProduct(values[i], SIMD8(repeating: -rows.z[i]))
    }
    let square = (x * x).addingProduct(y, y).addingProduct(z, z)
    let distance = SIMD8(repeating: 1).addingProduct(square, SIMD8(repeating: inverseSquare))
    let weight = clanes_double(weights) / (distance * distance)
    place.storeBytes(of: weight, as: SIMD8<Double>.self)
  }

  @inline(__always)
  private mutating func add(
    _ weight: Double, slope: (Float, Float, Float), _ columns: SplineColumns, _ i: Int
  ) {
    squares.addProduct(columns.products[i], SIMD16(repeating: weight))
    steepSquares.addProduct(columns.steepProducts[i], SIMD16(repeating: weight))
    let (x, y, z) = (weight * Double(slope.0), weight * Double(slope.1), weight * Double(slope.2))
    moments.0.addProduct(columns.differences[i], SIMD8(repeating: x))
    moments.1.addProduct(columns.values[i], SIMD8(repeating: y))
    moments.2.addProduct(columns.values[i], SIMD8(repeating: z))
  }
}
