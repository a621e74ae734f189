import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Rows of a shading fit")
struct ShadingRowsTests {
  private let bins = ShadingBins(count: 50, minimum: -1, perUnit: 20)

  private func values(_ count: Int, seed: UInt64, _ range: ClosedRange<Float>) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: range, using: &random) }
  }

  private func weights(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 3) } }

  @Test("The histogram shares each voxel between its two nearest bins, seed 1")
  func histogram() {
    let row = values(64, seed: 1, -1.2...1.6)
    let size = bins.count + 1
    var found = [Double](repeating: 0, count: size * ShadingRows.banks)
    var span = found.mutableSpan
    ShadingRows.addToHistogram(
      row.span, weights: weights(64).span, extent: 8..<56, bins: bins, &span)
    var expected = [Double](repeating: 0, count: size)
    for i in 8..<56 where i % 3 > 0 {
      let position = min(max((row[i] + 1) * 20, 0), 49)
      let bin = Int(position)
      expected[bin] += 1 - Double(position - Float(bin))
      expected[bin + 1] += Double(position - Float(bin))
    }
    for bin in 0..<size {
      let sum = (0..<ShadingRows.banks).reduce(0) { $0 + found[$1 * size + bin] }
      #expect(abs(sum - expected[bin]) < 1e-5)
    }
  }

  @Test("The residual is weight times value less interpolated table, seed 2")
  func residual() {
    let row = values(32, seed: 2, -1...1.4)
    let table = values(51, seed: 3, -1...1)
    var found = [Float](repeating: 7, count: 32)
    var span = found.mutableSpan
    ShadingRows.residual(
      row.span, weights: weights(32).span, extent: 8..<24, bins: bins, table: table.span, &span)
    for i in 8..<24 {
      let position = min((row[i] + 1) * 20, 49)
      let bin = Int(position)
      let sharp = table[bin] + (table[bin + 1] - table[bin]) * (position - Float(bin))
      #expect(abs(found[i] - Float(i % 3) * (row[i] - sharp)) < 1e-5)
    }
    #expect(found[0] == 7 && found[31] == 7)
  }

  @Test("Spreading and gathering use four rows")
  func spreadAndGather() {
    let row = values(16, seed: 4, -1...1)
    var sums = values(16 * 6, seed: 5, -1...1)
    let before = sums
    let taps: SIMD4<Float> = [0.5, -1, 2, 3]
    var span = sums.mutableSpan
    ShadingRows.spread(row.span, extent: 0..<16, taps: taps, first: 1, &span)
    for i in 0..<96 {
      let tap = i / 16 - 1
      let added = (0..<4).contains(tap) ? row[i % 16] * taps[tap] : 0
      #expect(abs(sums[i] - before[i] - added) < 1e-6)
    }
    var field = [Float](repeating: 0, count: 16)
    var fieldSpan = field.mutableSpan
    ShadingRows.gather(sums.span, taps: taps, first: 2, &fieldSpan)
    for i in 0..<16 {
      let expected = (0..<4).reduce(Float(0)) { $0 + taps[$1] * sums[(2 + $1) * 16 + i] }
      #expect(abs(field[i] - expected) < 1e-5)
    }
  }

  @Test("The change of the field is that of a plain sum, seed 8")
  func update() {
    let log = values(24, seed: 8, 3...5)
    var left = values(24, seed: 9, 3...5)
    let old = left
    let rows = values(24 * 4, seed: 10, -0.2...0.2)
    let taps: SIMD4<Float> = [0.1, 0.4, 0.4, 0.1]
    var span = left.mutableSpan
    var change = ShadingChange()
    ShadingRows.update(
      log: log.span, weights: weights(24).span, extent: 0..<24, rows: rows.span, taps: taps,
      first: 0, offset: 0, &span, &change)
    var ratios: [Double] = []
    var kept: [Float] = []
    for i in 0..<24 {
      let field = (0..<4).reduce(Float(0)) { $0 + taps[$1] * rows[$1 * 24 + i] }
      #expect(abs(left[i] - (log[i] - field)) < 1e-5)
      guard i % 3 > 0 else { continue }
      ratios.append(exp(Double(left[i] - old[i])))
      kept.append(left[i])
    }
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    let variance =
      ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(ratios.count - 1)
    let found = change.coefficientOfVariation(count: ratios.count)
    #expect(abs(found - variance.squareRoot() / mean) < 1e-5)
    #expect(change.least == kept.min() && change.greatest == kept.max())
  }
}
