import RestorationKernels

/// The filter bank along rows that lie contiguous in memory (x).
///
/// Samples are parted into even and odd halves, so that every tap is a displaced row and no
/// element is gathered.
extension WaveletAxis {
  /// Filters rows into low and high coefficients.
  ///
  /// - Parameters:
  ///   - input: Rows of `count` samples.
  ///   - rows: How many.
  ///   - bank: The filters.
  ///   - output: All low rows of `coefficients` elements, then all high rows.
  func splitRows(
    _ input: UnsafePointer<Float>, rows: Int, bank: WaveletFilterBank,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (sources, offsets) = (extendedSamples(), phaseOffsets())
    nonisolated(unsafe) let (input, output) = (input, output)
    inParts(of: rows, cost: count) { part in
      withScratch(4 * phaseCount) { scratch in
        let (extended, phases) = (scratch, scratch + 2 * phaseCount)
        for row in part {
          let samples = input + row * count
          for i in 0..<(2 * phaseCount) { extended[i] = samples[sources[i]] }
          deinterleave(
            extended, intoEven: phases, intoOdd: phases + phaseCount, count: phaseCount)
          let low = output + row * coefficients
          weightedRowSumPair(
            phases, offsets: offsets, low: bank.lowDecomposition, high: bank.highDecomposition,
            terms: offsets.count, intoLow: low, intoHigh: low + rows * coefficients,
            count: coefficients)
        }
      }
    }
  }

  /// Makes rows from their low and high coefficients.
  ///
  /// - Parameters:
  ///   - input: All low rows of `coefficients` elements, then all high rows.
  ///   - rows: How many rows each channel has.
  ///   - bank: The filters.
  ///   - output: `rows` rows of `count` samples.
  func mergeRows(
    _ input: UnsafePointer<Float>, rows: Int, bank: WaveletFilterBank,
    into output: UnsafeMutablePointer<Float>
  ) {
    let margin = bank.length / 2 + 1
    let padded = coefficients + 2 * margin
    let half = (count + 1) / 2
    let sources = (0..<padded).map { wrapped($0 - margin) }
    let phases = [0, 1].map {
      RowTerms(synthesisTerms(odd: $0), bank: bank, lowAt: margin, highAt: padded + margin)
    }
    nonisolated(unsafe) let (input, output) = (input, output)
    inParts(of: rows, cost: count) { part in
      withScratch(2 * padded + 2 * half) { scratch in
        let even = scratch + 2 * padded
        for row in part {
          let low = input + row * coefficients
          let high = low + rows * coefficients
          for i in 0..<padded {
            scratch[i] = low[sources[i]]
            scratch[padded + i] = high[sources[i]]
          }
          phases[0].sum(over: scratch, into: even, count: half)
          phases[1].sum(over: scratch, into: even + half, count: half)
          interleave(even, even + half, into: output + row * count, count: count)
        }
      }
    }
  }
}
