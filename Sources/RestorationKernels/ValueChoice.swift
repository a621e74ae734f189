internal import CLanes

/// Chooses values by how large they are.
package enum ValueChoice {
  /// Writes 1 for each finite value above a bound, else 0.
  ///
  /// Plain loops, which the compiler makes lanes of: memory is the limit.
  ///
  /// - Parameters:
  ///   - bound: What the values are held against; minus infinity chooses all finite ones.
  ///   - values: The values.
  ///   - others: 0 for each value that is not chosen in any case; nil for none.
  ///   - excluded: 1 for each value that is not chosen in any case; nil for none.
  ///   - range: Which of them to look at.
  ///   - chosen: As many elements as the range has.
  package static func above(
    _ bound: Float, of values: [Float], within others: [UInt8]?, excluding excluded: [UInt8]?,
    in range: Range<Int>, into chosen: inout MutableSpan<UInt8>
  ) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= values.count && range.count == chosen.count
        && others?.count ?? values.count == values.count
        && excluded?.count ?? values.count == values.count, "values of different counts")
    values.withUnsafeBufferPointer { values in
      chosen.withUnsafeMutableBufferPointer { chosen in
        guard let first = values.baseAddress, let chosen = chosen.baseAddress else { return }
        let start = first + range.lowerBound
        for i in 0..<range.count {
          chosen[i] = (start[i] > bound ? 1 : 0) & (start[i] < .infinity ? 1 : 0)
        }
        others?.withUnsafeBufferPointer { others in
          for i in 0..<range.count { chosen[i] &= others[range.lowerBound + i] != 0 ? 1 : 0 }
        }
        excluded?.withUnsafeBufferPointer { excluded in
          for i in 0..<range.count { chosen[i] &= excluded[range.lowerBound + i] == 0 ? 1 : 0 }
        }
      }
    }
  }

  /// Takes values below a bound out of a choice.
  ///
  /// - Parameters:
  ///   - bound: The least value that stays.
  ///   - values: At least as many as `chosen`, from `first` on.
  ///   - first: Where they begin.
  ///   - chosen: 1 for each chosen value, else 0.
  /// - Returns: How many stay chosen.
  package static func drop(
    below bound: Float, of values: [Float], from first: Int, in chosen: inout MutableSpan<UInt8>
  ) -> Int {
    precondition(first >= 0 && first + chosen.count <= values.count, "values of different counts")
    return values.withUnsafeBufferPointer { values in
      chosen.withUnsafeMutableBufferPointer { chosen in
        guard let start = values.baseAddress.map({ $0 + first }), let bits = chosen.baseAddress
        else { return 0 }
        var count: UInt32 = 0
        for i in 0..<chosen.count {
          let bit = bits[i] & (start[i] < bound ? 0 : 1)
          bits[i] = bit
          count &+= UInt32(bit)
        }
        return Int(count)
      }
    }
  }

  /// The sum of the chosen values, in eight parts by turns.
  ///
  /// - Parameters:
  ///   - values: As many as `chosen`, from `first` on.
  ///   - first: Where they begin.
  ///   - chosen: 1 for each value to add, else 0.
  /// - Returns: The sum, and of how many values it is.
  package static func sum(
    of values: [Float], from first: Int, where chosen: Span<UInt8>
  ) -> (sum: Double, count: Int) {
    precondition(first >= 0 && first + chosen.count <= values.count, "values of different counts")
    return values.withUnsafeBufferPointer { values in
      chosen.withUnsafeBufferPointer { chosen in
        guard let start = values.baseAddress.map({ $0 + first }), let first = chosen.baseAddress
        else { return (0, 0) }
        var sums = SIMD8<Double>.zero
        var counts = SIMD8<Int32>.zero
        let whole = chosen.count & ~7
        for i in stride(from: 0, to: whole, by: 8) {
          let bits = UnsafeRawPointer(first + i).loadUnaligned(as: SIMD8<UInt8>.self)
          sums += clanes_double(clanes_chosen(bits, start.lanes(at: i), FloatLanes.zero))
          counts &+= clanes_widen(bits)
        }
        var (sum, count) = (sums.sum(), Int(counts.wrappedSum()))
        for i in whole..<chosen.count where chosen[i] != 0 {
          (sum, count) = (sum + Double(start[i]), count + 1)
        }
        return (sum, count)
      }
    }
  }
}
