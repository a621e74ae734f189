import ScanModel
import Testing

@Suite("Metal in a CT slice") struct MetalPresenceTests {
  /// A slice of soft tissue, 20 by 20, with a value at given places.
  private func slice(_ value: Float, at places: [(x: Int, y: Int)]) -> [Float] {
    var pixels = [Float](repeating: 40, count: 400)
    for (x, y) in places { pixels[y * 20 + x] = value }
    return pixels
  }

  private let block = (0..<9).map { (x: 4 + $0 % 3, y: 4 + $0 / 3) }

  @Test("A piece of several pixels above 2,500 HU is metal") func piece() {
    #expect(MetalPresence.isPresent(hounsfield: slice(2600, at: block), columns: 20))
    #expect(!MetalPresence.isPresent(hounsfield: slice(2400, at: block), columns: 20))
  }

  @Test("Single bright pixels are not") func scattered() {
    let places = (0..<9).map { (x: $0 * 2, y: $0 * 2) }
    #expect(!MetalPresence.isPresent(hounsfield: slice(3000, at: places), columns: 20))
  }

  @Test("Pixels joined by their blurred edge are one piece") func joined() {
    let places = (0..<9).map { (x: $0 * 2, y: 9) }
    var pixels = slice(2900, at: places)
    for x in 0..<17 where pixels[9 * 20 + x] < 2000 { pixels[9 * 20 + x] = 2100 }
    #expect(MetalPresence.isPresent(hounsfield: pixels, columns: 20))
  }

  @Test("The right edge of a row does not touch the left edge of the next") func edges() {
    let places = [(x: 19, y: 3), (x: 19, y: 4), (x: 0, y: 5), (x: 0, y: 6), (x: 0, y: 7)]
    #expect(!MetalPresence.isPresent(hounsfield: slice(3000, at: places), columns: 20))
  }

  @Test("Where the scale ends below 2,500 HU its plateau is metal") func clipped() {
    let pixels = slice(2047, at: block)
    #expect(!MetalPresence.isPresent(hounsfield: pixels, columns: 20))
    #expect(MetalPresence.isPresent(hounsfield: pixels, columns: 20, clippedAt: 2047))
  }

  @Test("Nothing, NaN and a wrong width show no metal") func degenerate() {
    #expect(!MetalPresence.isPresent(hounsfield: [], columns: 20))
    #expect(!MetalPresence.isPresent(hounsfield: slice(.nan, at: block), columns: 20))
    #expect(!MetalPresence.isPresent(hounsfield: slice(3000, at: block), columns: 0))
    #expect(!MetalPresence.isPresent(hounsfield: slice(3000, at: block), columns: 33))
  }
}
