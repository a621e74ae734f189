import CLanes
import RestoradTestSupport
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

  @Test("Lanes are loaded and stored wherever they lie; NaN leaves the first of two")
  func lanes() {
    var values = (0..<24).map { Float($0) * 0.5 - 3 }
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      for start in 0..<8 {
        let lanes = unsafe clanes_load(first + start)
        for lane in 0..<8 { #expect(unsafe lanes[lane] == first[start + lane]) }
      }
      let lanes = unsafe clanes_load(first + 1)
      unsafe clanes_store(lanes, first + 11)
    }
    #expect(Array(values[11..<19]) == (1..<9).map { Float($0) * 0.5 - 3 })
    let (a, b): (SIMD8<Float>, SIMD8<Float>) = (
      [1, -2, .nan, 3, 0, -.infinity, 7, 7], [2, -3, 1, .nan, -1, 5, 7, .infinity]
    )
    let (lesser, larger) = (clanes_lesser(a, b), clanes_larger(a, b))
    for lane in 0..<8 {
      #expect(lesser[lane].bitPattern == (b[lane] < a[lane] ? b[lane] : a[lane]).bitPattern)
      #expect(larger[lane].bitPattern == (b[lane] > a[lane] ? b[lane] : a[lane]).bitPattern)
    }
  }

  @Test("The first lanes are put down, and nothing behind them", arguments: 0...16)
  func firstLanes(count: Int) {
    var sixteen = SIMD16<Float>()
    for lane in 0..<16 { sixteen[lane] = Float(lane) + 0.5 }
    let eight = sixteen.lowHalf
    var found = [Float](repeating: -1, count: 60)
    let few = min(count, 8)
    unsafe found.withUnsafeMutableBufferPointer { buffer in
      guard let first = buffer.baseAddress else { return }
      unsafe clanes_store_first16(sixteen, Int32(count), first + 1)
      unsafe clanes_store_first(eight, Int32(few), first + 21)
      unsafe clanes_store_first_plain(eight, Int32(few), first + 41)
    }
    for place in 0..<60 {
      let (lane, lanes) = (place % 20 - 1, place < 20 ? count : few)
      #expect(found[place] == ((0..<lanes).contains(lane) ? Float(lane) + 0.5 : -1))
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

  @Test("Lanes with a weight are told from those without")
  func weighted() {
    let weights: SIMD8<Float> = [1, 0, -0.0, .leastNonzeroMagnitude, -1, 3, 0, 2]
    let (values, others) = (SIMD8<Float>(repeating: 5), SIMD8<Float>(repeating: .infinity))
    #expect(
      clanes_weighted(weights, values, others)
        == [5, .infinity, .infinity, 5, .infinity, 5, .infinity, 5])
  }

  @Test("Bytes are widened without a sign")
  func widening() {
    #expect(clanes_widen([0, 1, 127, 128, 200, 255, 3, 4]) == [0, 1, 127, 128, 200, 255, 3, 4])
  }

  @Test("Small integers are reckoned with as a plain loop does (seed 31)")
  func shorts() {
    var generator = SplitMix64(seed: 31)
    var ends: [Int16] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
    for _ in 0..<500 {
      // Ends of the range meet each other and whatever comes.
      ends.append(Int16.random(in: .min ... .max, using: &generator))
      var (a, b) = (clanes_shorts(), clanes_shorts())
      for lane in a.indices {
        a[lane] = ends.randomElement(using: &generator) ?? 0
        b[lane] = ends.randomElement(using: &generator) ?? 0
        if a[lane] == .min { b[lane] = max(b[lane], -.max) }
      }
      let p = clanes_ushorts(truncatingIfNeeded: a)
      let q = clanes_ushorts(truncatingIfNeeded: b)
      #expect(clanes_high_product(p, q) == clanes_high_product_plain(p, q))
      #expect(clanes_rounded_product(a, b) == clanes_rounded_product_plain(a, b))
      #expect(clanes_mean(p, q) == clanes_mean_plain(p, q))
      expectPairs(a, b)
      expectChoices(a, b)
      let (difference, sum) = (clanes_held_difference(a, b), clanes_held_sum(a, b))
      let (magnitude, smaller) = (clanes_magnitude(a), clanes_smaller(p, q))
      for lane in a.indices {
        let (x, y) = (Int(a[lane]), Int(b[lane]))
        #expect(Int(difference[lane]) == min(max(x - y, -32_768), 32_767))
        #expect(Int(sum[lane]) == min(max(x + y, -32_768), 32_767))
        #expect(Int(magnitude[lane]) == abs(x))
        #expect(smaller[lane] == min(p[lane], q[lane]))
        let high = (Int(p[lane]) * Int(q[lane])) >> 16
        #expect(Int(clanes_high_product_plain(p, q)[lane]) == high)
        #expect(Int(clanes_rounded_product_plain(a, b)[lane]) == (x * y + 16_384) >> 15)
        #expect(Int(clanes_mean_plain(p, q)[lane]) == (Int(p[lane]) + Int(q[lane]) + 1) / 2)
      }
    }
  }

  private func expectPairs(_ a: clanes_shorts, _ b: clanes_shorts) {
    let products = clanes_pair_products_plain(a, b)
    #expect(clanes_pair_products(a, b) == products)
    for lane in products.indices {
      let sum =
        Int(a[2 * lane]) * Int(b[2 * lane]) + Int(a[2 * lane + 1]) * Int(b[2 * lane + 1])
      #expect(Int(products[lane]) == sum)
    }
  }

  @Test("A value is spread, lanes are reversed, squares transposed, and zeros told")
  func rearranged() {
    var values = (0..<100).map { Float($0) * 0.25 - 3 }
    let before = values
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      unsafe #expect(clanes_spread(first + 5) == clanes_spread_plain(first + 5))
      unsafe #expect(clanes_spread_plain(first + 5) == SIMD8(repeating: first[5]))
      unsafe #expect(clanes_spread16(first + 5) == SIMD16(repeating: first[5]))
      unsafe clanes_transpose(first + 3, 11, first + 3, 11)
    }
    for row in 0..<8 {
      for column in 0..<8 {
        #expect(values[3 + 11 * row + column] == before[3 + 11 * column + row])
      }
    }
    #expect(clanes_reversed(SIMD8(before[0..<8])) == SIMD8(before[0..<8].reversed()))
    for lane in 0..<8 {
      var lanes = SIMD8<Float>(repeating: -0.0)
      #expect(clanes_all_zero(lanes) != 0)
      lanes[lane] = -.leastNonzeroMagnitude
      #expect(clanes_all_zero(lanes) == 0)
    }
    let numbers = SIMD16<Float>((0..<16).map { Float($0) * 1.7 })
    let whole = clanes_truncate16(numbers)
    for lane in 0..<16 {
      #expect(whole[lane] == Int32(numbers[lane]))
      #expect(clanes_float_of16(whole)[lane] == Float(whole[lane]))
    }
  }

  private func expectChoices(_ a: clanes_shorts, _ b: clanes_shorts) {
    let (greater, common) = (clanes_where_greater(a, b, a), clanes_common(a, b))
    for lane in a.indices {
      #expect(greater[lane] == (b[lane] > a[lane] ? a[lane] : 0))
      #expect(common[lane] == a[lane] & b[lane])
    }
  }

  @Test("Halves of two vectors come by turns, whatever their signs")
  func turns() {
    let (a, b): (SIMD8<Int32>, SIMD8<Int32>) = (
      [0, 1, -1, 32_767, -32_768, 5, -6, 7], [-1, 2, 3, -32_768, 32_767, 0, -7, -8]
    )
    let shorts = unsafe unsafeBitCast(clanes_by_turns(a, b), to: SIMD16<Int16>.self)
    for lane in 0..<8 {
      #expect(Int32(shorts[2 * lane]) == a[lane])
      #expect(Int32(shorts[2 * lane + 1]) == b[lane])
    }
  }
}
