import RestoradTestSupport
import RestorationKernels
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("Taking a log field off a row")
struct ShadingTotalsTests {
  /// Rows of whole and broken eights.
  @Test("Values are divided by the field and noted, seed 1", arguments: [1, 7, 8, 24, 61])
  func row(count: Int) {
    var random = SplitMix64(seed: 1)
    let values = (0..<count).map { _ in Float.random(in: 1...500, using: &random) }
    let fitted = (0..<count).map { UInt8($0 % 3 == 0 ? 1 : 0) }
    let padded = (count + 7) & ~7
    let field = (0..<padded).map { _ in Float.random(in: -80...80, using: &random) }
    let (totals, found) = corrected(values, fitted, field)
    var (before, after) = (0.0, 0.0)
    for i in 0..<count {
      let expected = Double(values[i]) * exp(-Double(field[i]))
      #expect(abs(Double(found[i]) / expected - 1) < 4e-7)
      guard fitted[i] != 0 else { continue }
      (before, after) = (before + Double(values[i]), after + expected)
    }
    let seen = (0..<count).filter { fitted[$0] != 0 }.map { field[$0] }
    #expect(totals.least == seen.min() && totals.greatest == seen.max())
    #expect(abs(totals.before / before - 1) < 1e-12)
    #expect(abs(totals.after / after - 1) < 1e-6)
    #expect(totals.areFinite)
  }

  @Test("A value that is not finite is told of, wherever it lies", arguments: [0, 9, 16])
  func notFinite(place: Int) {
    for value in [Float.nan, .infinity] {
      var values = [Float](repeating: 1, count: 17)
      values[place] = value
      let field = [Float](repeating: 0.5, count: 24)
      #expect(!corrected(values, [UInt8](repeating: 0, count: 17), field).totals.areFinite)
    }
  }

  @Test("Nothing fitted leaves no range")
  func nothing() {
    let totals = corrected([1, 2], [0, 0], [Float](repeating: 0, count: 8)).totals
    #expect(totals.least == .infinity && totals.greatest == -.infinity && totals.before == 0)
  }

  @Test("Fields beyond what a float holds stay finite")
  func ends() {
    let (_, found) = corrected([1, 1], [1, 1], [1000, -1000, 0, 0, 0, 0, 0, 0])
    #expect(found.first { !$0.isFinite } == nil)
  }

  private func corrected(
    _ values: [Float], _ fitted: [UInt8], _ field: [Float]
  ) -> (totals: ShadingTotals, found: [Float]) {
    var totals = ShadingTotals()
    var found = [Float](repeating: -1, count: values.count)
    let count = values.count
    unsafe values.withUnsafeBufferPointer { values in
      unsafe fitted.withUnsafeBufferPointer { fitted in
        unsafe found.withUnsafeMutableBufferPointer { found in
          guard let values = values.baseAddress, let fitted = fitted.baseAddress,
            let found = found.baseAddress
          else { return }
          unsafe totals.correct(
            values, fitted: fitted, field: field.span, into: found, count: count)
        }
      }
    }
    return (totals, found)
  }
}
