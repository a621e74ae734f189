import CLanes
import Testing

@Suite("Vector primitives")
struct LaneTests {
  @Test("What the processor gathers is what a plain loop gathers")
  func gather() {
    let values = (0..<1000).map { Float($0) * 0.37 - 90 }
    for start in [0, 5, 900] {
      let index = SIMD8<Int32>((0..<8).map { Int32((start + 97 * $0) % 1000) })
      unsafe values.withUnsafeBufferPointer { values in
        let fast = unsafe clanes_gather(values.baseAddress, index)
        let plain = unsafe clanes_gather_plain(values.baseAddress, index)
        #expect(fast == plain)
        for lane in 0..<8 { #expect(unsafe plain[lane] == values[Int(index[lane])]) }
      }
    }
  }

  @Test("Rounding goes to the nearest, ties to even; truncation drops the fraction")
  func rounding() {
    let values: SIMD8<Float> = [0.5, 1.5, 2.5, -0.5, -1.5, 2.49, -2.51, 7]
    #expect(clanes_round(values) == [0, 2, 2, 0, -2, 2, -3, 7])
    #expect(clanes_truncate(values) == [0, 1, 2, 0, -1, 2, -2, 7])
    #expect(clanes_trunc(values) == [0, 1, 2, -0.0, -1, 2, -2, 7])
    #expect(clanes_float([0, 1, -2, 3, 16_777_216, -5, 6, 7])[4] == 16_777_216)
  }

  @Test("Bytes are widened without a sign")
  func widening() {
    #expect(clanes_widen([0, 1, 127, 128, 200, 255, 3, 4]) == [0, 1, 127, 128, 200, 255, 3, 4])
  }
}
