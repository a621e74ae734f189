import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Row sums")
struct RowSumsTests {
  @Test(
    "A weighted row sum equals its definition at every length",
    arguments: [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 1023])
  func equalsDefinition(count: Int) {
    var generator = SplitMix64(seed: 7)
    let source = (0..<(count + 40)).map { _ in Float(generator.normal()) }
    let offsets = [3, 0, 17, 29]
    let weights: [Float] = [0.5, -1.25, 2, 0.125]
    let other: [Float] = [-1, 0.75, 0.25, 3]
    var single = [Float](repeating: .nan, count: count + 1)
    var (low, high) = (single, single)
    unsafe weightedRowSum(
      source, offsets: offsets, weights: weights, terms: 4, into: &single, count: count)
    unsafe weightedRowSumPair(
      source, offsets: offsets, low: weights, high: other, terms: 4, intoLow: &low,
      intoHigh: &high, count: count)
    for i in 0..<count {
      var (a, b): (Float, Float) = (0, 0)
      for t in 0..<4 {
        a.addProduct(weights[t], source[offsets[t] + i])
        b.addProduct(other[t], source[offsets[t] + i])
      }
      #expect(single[i] == a)
      #expect(low[i] == a)
      #expect(high[i] == b)
    }
    #expect(single[count].isNaN && low[count].isNaN && high[count].isNaN)
  }

  @Test("Interleaving undoes deinterleaving", arguments: [1, 2, 7, 16, 17, 33])
  func interleavingRoundTrip(count: Int) {
    let row = (0..<(2 * count)).map { Float($0) }
    var even = [Float](repeating: 0, count: count)
    var (odd, merged) = (even, row.map { _ in Float(-1) })
    unsafe deinterleave(row, intoEven: &even, intoOdd: &odd, count: count)
    #expect(even == (0..<count).map { Float(2 * $0) })
    #expect(odd == (0..<count).map { Float(2 * $0 + 1) })
    unsafe interleave(even, odd, into: &merged, count: 2 * count - 1)
    #expect(merged.dropLast() == row.dropLast())
    #expect(merged.last == -1)
  }
}
