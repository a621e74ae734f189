import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Choosing and counting values")
struct ValueChoiceTests {
  private static let odd: [Float] = [
    .nan, .infinity, -.infinity, 0, -0.0, 5, 5.000_001, -5, .greatestFiniteMagnitude,
    .leastNonzeroMagnitude,
  ]

  private func values(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map {
      $0 % 5 == 0 ? Self.odd[$0 / 5 % Self.odd.count] : Float.random(in: -10...10, using: &random)
    }
  }

  @Test("Finite values above a bound are chosen, whatever excludes them, seed 2")
  func above() {
    let values = values(203, seed: 2)
    let others = values.indices.map { UInt8($0 % 7 == 0 ? 0 : 255) }
    let excluded = values.indices.map { UInt8($0 % 11 == 0 ? 1 : 0) }
    for bound in [-Float.infinity, 0, 5] {
      var chosen = [UInt8](repeating: 9, count: 200)
      var span = chosen.mutableSpan
      ValueChoice.above(
        bound, of: values, within: others, excluding: excluded, in: 3..<203, into: &span)
      for i in 0..<200 {
        let value = values[3 + i]
        let isChosen =
          value.isFinite && value > bound && others[3 + i] != 0 && excluded[3 + i] == 0
        #expect(chosen[i] == (isChosen ? 1 : 0), "\(value) above \(bound)")
      }
    }
  }

  @Test("Values below a bound are taken out of a choice, seed 4", arguments: [0, 7, 100])
  func drop(count: Int) {
    var random = SplitMix64(seed: 4)
    let values = (0..<count + 3).map { _ in Float.random(in: 0...10, using: &random) }
    let before = (0..<count).map { UInt8($0 % 3 == 0 ? 0 : 1) }
    var chosen = before
    var span = chosen.mutableSpan
    let left = ValueChoice.drop(below: 4, of: values, from: 3, in: &span)
    #expect(chosen == before.indices.map { before[$0] == 1 && values[3 + $0] >= 4 ? 1 : 0 })
    #expect(left == chosen.reduce(0) { $0 + Int($1) })
  }

  @Test("The sum and the number of chosen values, seed 3", arguments: [0, 5, 8, 100])
  func sum(count: Int) {
    var random = SplitMix64(seed: 3)
    let values = (0..<count + 2).map { _ in Float.random(in: -10...10, using: &random) }
    let chosen = (0..<count).map { UInt8($0 % 3 == 0 ? 1 : 0) }
    let found = ValueChoice.sum(of: values, from: 2, where: chosen.span)
    let expected = (0..<count).filter { $0 % 3 == 0 }.map { Double(values[2 + $0]) }
    #expect(found.count == expected.count)
    #expect(abs(found.sum - expected.reduce(0, +)) < 1e-9)
  }

  @Test("Each finite value falls into the bin of the plain definition, seed 5")
  func bins() {
    let values = values(1003, seed: 5)
    let excluded = values.indices.map { UInt8($0 % 13 == 0 ? 1 : 0) }
    let bins = IntensityBins(-6...7, count: 20)
    for mask in [nil, excluded] {
      var expected = [Int](repeating: 0, count: 20)
      for i in 2..<1001 where values[i].isFinite && mask?[i] ?? 0 == 0 {
        let place = (Double(values[i]) + 6) * 19 / 13
        expected[Int(min(max(place, 0), 19))] += 1
      }
      #expect(bins.counts(of: values, excluding: mask, in: 2..<1001) == expected)
    }
  }

  @Test("A range of one value has all in its first bin or its last")
  func oneValue() {
    let bins = IntensityBins(3...3, count: 4)
    #expect(bins.counts(of: [3, 3, 4, 2], excluding: nil, in: 0..<4) == [3, 0, 0, 1])
  }

  @Test("A fraction is found wherever it lies, in values of any size", arguments: [0, 9, 30, 32])
  func fractions(place: Int) {
    var values = [Float](repeating: -3e9, count: 33)
    #expect(ValueCensus(of: values, excluding: nil).areWhole)
    values[place] = -0.25
    #expect(!ValueCensus(of: values, excluding: nil).areWhole)
  }
}
