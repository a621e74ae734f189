import RestorationKernels
import VolumeModel

extension Resampling {
  /// Elements of a row that are worked on together along y and z.
  private static let panel = 2048
  /// Rows that are turned into columns together along x.
  private static let rowsTogether = 64

  /// Interpolates along x, then y, then z.
  ///
  /// - Throws: `CancellationError`.
  func interpolated(
    _ voxels: [Float], _ volume: Volume, _ grid: ResamplingGrid, work: Work
  ) throws -> [Float] {
    var (current, shape) = (voxels, volume.dimensions)
    for index in 0..<3 {
      try work.checkCancellation()
      let axis = ResamplingAxis(
        count: grid.dimensions[index], sourceCount: shape[index], shift: grid.originShift[index],
        step: grid.step[index], interpolation: interpolation, antialias: antialias)
      let length = shape[index]
      if !axis.isIdentity {
        switch index {
        case 0: current = alongRows(current, length, rows: shape.y * shape.z, axis)
        case 1: current = acrossRows(current, length, outer: shape.z, inner: shape.x, axis)
        default: current = acrossRows(current, length, outer: 1, inner: shape.x * shape.y, axis)
        }
      }
      shape[index] = axis.count
      work.note(Double(index + 1) / 4)
    }
    return current
  }

  /// Interpolates between rows that lie `inner` elements apart.
  private func acrossRows(
    _ source: [Float], _ length: Int, outer: Int, inner: Int, _ axis: ResamplingAxis
  ) -> [Float] {
    let offsets = axis.positions.map { $0 * inner }
    let panels = slabs(of: inner, parts: (inner + Self.panel - 1) / Self.panel)
    return filledArray(outer * axis.count * inner) { output in
      nonisolated(unsafe) let output = output
      let parts = outer * panels.count
      inParts(of: parts, cost: axis.count * inner / panels.count) { part in
        for i in part {
          let (block, columns) = (i / panels.count, panels[i % panels.count])
          let first = columns.lowerBound
          weighted(
            source, at: block * length * inner + first, offsets, axis,
            into: output + block * axis.count * inner + first, stride: inner, count: columns.count)
        }
      }
    }
  }

  /// Interpolates within rows, many at a time, which are columns for the time being.
  private func alongRows(
    _ source: [Float], _ length: Int, rows: Int, _ axis: ResamplingAxis
  ) -> [Float] {
    let width = Self.rowsTogether
    let offsets = axis.positions.map { $0 * width }
    return filledArray(rows * axis.count) { output in
      nonisolated(unsafe) let output = output
      inParts(of: (rows + width - 1) / width, cost: width * max(length, axis.count)) { part in
        var columns = [Float](repeating: 0, count: length * width)
        withScratch(axis.count * width) { results in
          for i in part {
            let block = (i * width)..<min((i + 1) * width, rows)
            for (column, row) in block.enumerated() {
              for x in 0..<length { columns[x * width + column] = source[row * length + x] }
            }
            weighted(columns, at: 0, offsets, axis, into: results, stride: width, count: width)
            for (column, row) in block.enumerated() {
              let target = output + row * axis.count
              for x in 0..<axis.count { target[x] = results[x * width + column] }
            }
          }
        }
      }
    }
  }

  /// One row of the result after the other.
  private func weighted(
    _ source: [Float], at start: Int, _ offsets: [Int], _ axis: ResamplingAxis,
    into output: UnsafeMutablePointer<Float>, stride: Int, count: Int
  ) {
    source.withUnsafeBufferPointer { source in
      offsets.withUnsafeBufferPointer { offsets in
        axis.weights.withUnsafeBufferPointer { weights in
          guard let source = source.baseAddress, let offsets = offsets.baseAddress,
            let weights = weights.baseAddress
          else { return }
          for i in 0..<axis.count {
            weightedRowSum(
              source + start, offsets: offsets + i * axis.taps, weights: weights + i * axis.taps,
              terms: axis.taps, into: output + i * stride, count: count)
          }
        }
      }
    }
  }
}
