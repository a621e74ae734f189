import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Sums of a fit to slopes along a row")
struct GradientRowTests {
  private static let counts = 5
  private static let width = 0.05

  /// B-splines of an axis that hold no pattern, and a row of samples of which some have no weight.
  private struct Case {
    var values: [[Double]] = []
    var differences: [[Double]] = []
    var slopes: [[Float]]
    var weights: [Float] = []
    var rows: [[Double]]

    init(places: Int) {
      var random = SplitMix64(seed: 4)
      func spline(_ random: inout SplitMix64) -> [Double] {
        (0..<GradientRowTests.counts).map { _ in Double.random(in: -1...1, using: &random) }
      }
      for _ in 0..<places {
        values.append(spline(&random))
        differences.append(spline(&random))
      }
      let padded = (places + 7) & ~7
      slopes = (0..<3).map { _ in
        (0..<padded).map { _ in Float.random(in: -0.1...0.1, using: &random) }
      }
      weights = (0..<padded).map {
        $0 < places && $0 % 4 > 0 ? Float.random(in: 0...1, using: &random) : 0
      }
      rows = (0..<3).map { _ in spline(&random).map { $0 / 50 } }
    }
  }

  @Test("They are those of the plain definition, seed 4", arguments: [1, 8, 21, 64])
  func sums(places: Int) {
    let given = Case(places: places)
    let found = row(given)
    var squares = [[Double]](
      repeating: Array(repeating: 0, count: Self.counts), count: Self.counts)
    var (steep, moments) = (squares, [[Double]](repeating: squares[0], count: 3))
    for x in 0..<places {
      let splines = [given.differences[x], given.values[x], given.values[x]]
      var distance = 1.0
      for axis in 0..<3 {
        let slope = zip(given.rows[axis], splines[axis]).reduce(0) { $0 + $1.0 * $1.1 }
        let rest = Double(given.slopes[axis][x]) - slope
        distance += rest * rest / (Self.width * Self.width)
      }
      let weight = Double(given.weights[x]) / (distance * distance)
      for i in 0..<Self.counts {
        for axis in 0..<3 {
          moments[axis][i] += weight * Double(given.slopes[axis][x]) * splines[axis][i]
        }
        for j in 0..<Self.counts {
          squares[i][j] += weight * given.values[x][i] * given.values[x][j]
          steep[i][j] += weight * given.differences[x][i] * given.differences[x][j]
        }
      }
    }
    for i in 0..<Self.counts {
      for j in 0..<Self.counts {
        let place = SplineColumns.place(i, j)
        #expect(abs(found.squares[place] - squares[i][j]) < 1e-12)
        #expect(abs(found.steepSquares[place] - steep[i][j]) < 1e-12)
      }
      #expect(abs(found.moments.0[i] - moments[0][i]) < 1e-12)
      #expect(abs(found.moments.1[i] - moments[1][i]) < 1e-12)
      #expect(abs(found.moments.2[i] - moments[2][i]) < 1e-12)
    }
  }

  private func row(_ given: Case) -> GradientRow {
    func lanes(_ splines: [Double]) -> SIMD8<Double> { SIMD8(splines + [0, 0, 0]) }
    let count = given.weights.count
    let all = given.slopes.joined() + given.weights
    let first = UnsafeMutablePointer<Float>.allocate(capacity: all.count)
    unsafe first.initialize(from: all, count: all.count)
    let room = UnsafeMutablePointer<Double>.allocate(capacity: count)
    defer {
      unsafe first.deallocate()
      unsafe room.deallocate()
    }
    let slopes = unsafe (
      x: UnsafePointer(first), y: UnsafePointer(first + count), z: UnsafePointer(first + 2 * count)
    )
    return unsafe GradientRow(
      GradientRow.Samples(slopes: slopes, weights: first + 3 * count),
      columns: SplineColumns(values: given.values, differences: given.differences),
      rows: (x: lanes(given.rows[0]), y: lanes(given.rows[1]), z: lanes(given.rows[2])),
      inverseSquare: 1 / (Self.width * Self.width), room: room)
  }
}
