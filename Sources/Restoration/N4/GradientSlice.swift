import RestorationKernels

/// The part of the normal equations that one slice of samples gives, before its B-splines along z.
///
/// Products of B-splines factor along the axes like the B-splines themselves, so the sums over
/// samples are taken along x, then y, then z; and of each pair one product does for both orders.
struct GradientSlice: Sendable {
  /// Pairs of B-splines of an axis.
  static let pairs = SplineColumns.most * (SplineColumns.most + 1) / 2

  /// For differences along x, y and z, for each pair along y: products of pairs along x.
  private(set) var squares = [SIMD16<Double>](repeating: .zero, count: 3 * Self.pairs)
  /// B-splines along x times the difference, for the same and each B-spline along y.
  private(set) var moments = [SIMD8<Double>](repeating: .zero, count: 3 * SplineColumns.most)

  /// Sums a slice.
  ///
  /// - Parameters:
  ///   - samples: All of them.
  ///   - slice: Which.
  ///   - coefficients: The fit so far: rows of B-splines along x, `SplineColumns.most` of them along
  ///     y for each along z.
  ///   - width: The slope, per pair of voxels, at which a sample has a quarter of its weight.
  init(_ samples: GradientSamples, slice: Int, coefficients: [SIMD8<Double>], width: Double) {
    let (x, y, z) = (samples.axes[0].columns, samples.axes[1].columns, samples.axes[2].columns)
    let plain = Self.contracted(coefficients, z.values[slice])
    let steep = Self.contracted(coefficients, z.differences[slice])
    squares.withUnsafeMutableBufferPointer { squares in
      moments.withUnsafeMutableBufferPointer { moments in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: samples.rowCount) { room in
          guard let room = room.baseAddress else { return }
          samples.eachRow(of: slice) { line, row in
            let (values, differences) = (y.values[line], y.differences[line])
            let sums = GradientRow(
              row, columns: x,
              rows: (
                x: Self.dot(plain, values), y: Self.dot(plain, differences),
                z: Self.dot(steep, values)
              ),
              inverseSquare: 1 / (width * width), room: room)
            Self.add(sums, y.products[line], steep: y.steepProducts[line], to: squares)
            Self.add(sums, values, differences, to: moments)
          }
        }
      }
    }
  }

  private static func add(
    _ sums: GradientRow, _ products: SIMD16<Double>, steep: SIMD16<Double>,
    to squares: UnsafeMutableBufferPointer<SIMD16<Double>>
  ) {
    for pair in 0..<pairs {
      squares[pair] += products[pair] * sums.steepSquares
      squares[pairs + pair] += steep[pair] * sums.squares
      squares[2 * pairs + pair] += products[pair] * sums.squares
    }
  }

  private static func add(
    _ sums: GradientRow, _ values: SIMD8<Double>, _ differences: SIMD8<Double>,
    to moments: UnsafeMutableBufferPointer<SIMD8<Double>>
  ) {
    for i in 0..<SplineColumns.most {
      moments[i] += values[i] * sums.moments.0
      moments[SplineColumns.most + i] += differences[i] * sums.moments.1
      moments[2 * SplineColumns.most + i] += values[i] * sums.moments.2
    }
  }

  /// Takes the sum over the B-splines along z; what is left are rows along y.
  private static func contracted(
    _ coefficients: [SIMD8<Double>], _ splines: SIMD8<Double>
  ) -> [SIMD8<Double>] {
    (0..<SplineColumns.most).map { row in
      var sum = SIMD8<Double>.zero
      for i in 0..<SplineColumns.most {
        sum += splines[i] * coefficients[i * SplineColumns.most + row]
      }
      return sum
    }
  }

  private static func dot(_ rows: [SIMD8<Double>], _ splines: SIMD8<Double>) -> SIMD8<Double> {
    var sum = SIMD8<Double>.zero
    for i in 0..<SplineColumns.most { sum += splines[i] * rows[i] }
    return sum
  }
}
