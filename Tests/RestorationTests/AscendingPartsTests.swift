import RestoradTestSupport
import Restoration
import Testing

@Suite("A value by its place in ascending order")
struct AscendingPartsTests {
  @Test("Is what a sort puts there, seed 4", arguments: [100, 20_000, 100_003])
  func places(count: Int) {
    var random = SplitMix64(seed: 4)
    let values = (0..<count).map { _ in Float(random.normal()) }
    expectPlaces(of: values)
    // Half of all values alike.
    expectPlaces(of: values.map { max($0, 0) })
  }

  @Test("Is so where a sample misleads")
  func misleadingSample() {
    // Of those sampled every other is large, of all every eighth.
    expectPlaces(of: (0..<16_385).map { i -> Float in i % 8 == 0 ? 1e6 + Float(i) : Float(i) })
  }

  private func expectPlaces(of values: [Float]) {
    let cuts = [0, values.count / 7, values.count / 7, values.count / 2, values.count]
    let parts = zip(cuts, cuts.dropFirst()).map { Array(values[$0..<$1]) }
    let sorted = values.sorted()
    for place in [0, 1, values.count / 3, values.count / 2, values.count - 1] {
      #expect(ascending(parts, at: place) == sorted[place])
    }
  }
}
