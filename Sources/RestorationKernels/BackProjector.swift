/// Pixel-driven back-projection of a filtered sinogram, with linear interpolation between
/// detectors.
///
/// With `RampFilter` it is filtered back-projection: pixel = pi / views x the sum over views of the
/// filtered value at x cos a + y sin a.
///
/// - SeeAlso: Kak and Slaney, Principles of Computerized Tomographic Imaging, 1988, section 3.3.
public struct BackProjector: Sendable {
  private let beam: ParallelBeam
  private let filtered: PaddedRows

  /// Prepares a sinogram for back-projection.
  ///
  /// - Parameters:
  ///   - filtered: `beam.views * beam.detectors` filtered values, detectors fastest.
  ///   - beam: The geometry.
  public init(_ filtered: [Float], beam: ParallelBeam) {
    precondition(filtered.count == beam.views * beam.detectors, "a value for each detector")
    self.beam = beam
    self.filtered = PaddedRows(
      filtered, rows: beam.views, count: beam.detectors, rowStride: beam.detectors,
      sampleStride: 1)
  }

  /// Computes some rows of the plane.
  ///
  /// - Parameters:
  ///   - rows: Which rows, within `0..<beam.rows`. Eight at a time stay in the nearest cache.
  ///   - output: `rows.count * beam.columns` values, overwritten.
  public func backProject(_ rows: Range<Int>, into output: UnsafeMutableBufferPointer<Float>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= beam.rows, "rows of the plane")
    precondition(output.count == rows.count * beam.columns, "a value for each pixel of the rows")
    guard let start = output.baseAddress else { return }
    start.update(repeating: 0, count: output.count)
    let weight = Float(Double.pi / Double(beam.views))
    filtered.samples.withUnsafeBufferPointer { samples in
      guard let first = samples.baseAddress else { return }
      for view in 0..<beam.views {
        let (cosine, sine) = beam.direction(view)
        let step = cosine * beam.columnSpacing
        let source = first + view * filtered.stride + PaddedRows.margin
        for row in rows {
          let y = (Double(row) - beam.middleRow) * beam.rowSpacing
          let line = ResampledLine(
            start: beam.middleDetector - beam.middleColumn * step + y * sine, step: step,
            count: beam.columns, rowCount: beam.detectors)
          addInterpolated(
            source, line, weight: weight, to: start + (row - rows.lowerBound) * beam.columns)
        }
      }
    }
  }
}
