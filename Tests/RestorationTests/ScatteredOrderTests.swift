import Restoration
import Testing

@Suite("The order in which parts are begun")
struct ScatteredOrderTests {
  @Test("Each index has its turn once", arguments: [1, 2, 3, 4, 8, 64])
  func isComplete(runs: Int) {
    for count in [1, 2, 3, 7, 8, 20, 64, 101] {
      let order = ScatteredOrder(of: count, runs: runs)
      #expect((0..<count).map { order[$0] }.sorted() == Array(0..<count))
    }
  }

  @Test("What follows each other is a run apart, but for one place", arguments: [2, 3, 4])
  func isScattered(runs: Int) {
    for count in [8, 20, 64, 101] {
      let order = ScatteredOrder(of: count, runs: runs)
      let steps = (1..<count).map { abs(order[$0] - order[$0 - 1]) }
      #expect(steps.allSatisfy { $0 >= count / runs - 1 })
    }
  }

  @Test("One run is the order of the indices")
  func isPlain() {
    let order = ScatteredOrder(of: 5, runs: 1)
    #expect((0..<5).map { order[$0] } == [0, 1, 2, 3, 4])
  }
}
