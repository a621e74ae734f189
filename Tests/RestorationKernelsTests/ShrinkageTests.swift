import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Shrinkage kernels")
struct ShrinkageTests {
  private static let values: [Float] = [
    0, -0.0, 0.5, -0.5, 1, -1, 1.5, -1.5, 100, -100, .leastNonzeroMagnitude,
  ]

  @Test("Soft shrinkage moves towards zero by the threshold and not beyond")
  func soft() {
    var found = Self.values
    unsafe shrinkSoftly(&found, count: found.count, threshold: 1)
    #expect(found == [0, 0, 0, 0, 0, 0, 0.5, -0.5, 99, -99, 0])
  }

  @Test("Hard shrinkage keeps what reaches the threshold")
  func hard() {
    var found = Self.values
    unsafe shrinkHard(&found, count: found.count, threshold: 1)
    #expect(found == [0, 0, 0, 0, 1, -1, 1.5, -1.5, 100, -100, 0])
  }

  @Test("The garrote takes off the square of the threshold over the coefficient")
  func garrote() {
    var found = Self.values
    unsafe shrinkByGarrote(&found, count: found.count, threshold: 1)
    let moved: Float = 1.5 - 1 / 1.5
    #expect(found == [0, 0, 0, 0, 0, 0, moved, -moved, 99.99, -99.99, 0])
  }

  @Test("A threshold of zero changes nothing, an infinite one leaves nothing")
  func extremes() {
    let (count, infinity) = (Self.values.count, Float.infinity)
    var (soft, hard, garrote) = (Self.values, Self.values, Self.values)
    unsafe shrinkSoftly(&soft, count: count, threshold: 0)
    unsafe shrinkHard(&hard, count: count, threshold: 0)
    unsafe shrinkByGarrote(&garrote, count: count, threshold: 0)
    for same in [soft, hard, garrote] { #expect(same == Self.values) }
    unsafe shrinkSoftly(&soft, count: count, threshold: infinity)
    unsafe shrinkHard(&hard, count: count, threshold: infinity)
    unsafe shrinkByGarrote(&garrote, count: count, threshold: infinity)
    for none in [soft, hard, garrote] { #expect(none == Self.values.map { _ in 0 }) }
  }

  @Test("The median is that of the sorted values", arguments: [0, 1, 2, 3, 8, 9, 1000, 1001])
  func medians(count: Int) {
    var generator = SplitMix64(seed: 17)
    for levels in [3, 1_000_000] {
      var values = (0..<count).map { _ in Float(Int.random(in: 0..<levels, using: &generator)) }
      let sorted = values.sorted()
      let expected =
        count == 0 ? 0 : (Double(sorted[(count - 1) / 2]) + Double(sorted[count / 2])) / 2
      let found = unsafe values.withUnsafeMutableBufferPointer { unsafe median($0) }
      #expect(found == expected)
    }
  }
}
