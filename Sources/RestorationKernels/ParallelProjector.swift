/// Line integrals of a plane by Joseph's method.
///
/// A ray is followed row by row, or column by column where it is closer to the rows, and the plane
/// is interpolated linearly where the ray crosses. Lengths are in detector pitches. A transposed
/// copy makes both cases the same loop over contiguous samples, with all detectors of a view at
/// once.
///
/// - SeeAlso: Joseph, IEEE TMI 1(3):192-196, 1982.
public struct ParallelProjector: Sendable {
  private let beam: ParallelBeam
  private let alongRows: PaddedRows
  private let alongColumns: PaddedRows

  /// Prepares a plane for projection.
  ///
  /// - Parameters:
  ///   - plane: `beam.columns * beam.rows` values, columns fastest.
  ///   - beam: The geometry.
  public init(_ plane: [Float], beam: ParallelBeam) {
    precondition(plane.count == beam.columns * beam.rows, "the values do not fill the plane")
    self.beam = beam
    alongRows = PaddedRows(
      plane, rows: beam.rows, count: beam.columns, rowStride: beam.columns, sampleStride: 1)
    alongColumns = PaddedRows(
      plane, rows: beam.columns, count: beam.rows, rowStride: 1, sampleStride: beam.columns)
  }

  /// Computes the line integrals of one view.
  ///
  /// - Parameters:
  ///   - view: Which view, below `beam.views`.
  ///   - output: `beam.detectors` values, overwritten.
  public func project(_ view: Int, into output: UnsafeMutableBufferPointer<Float>) {
    precondition(output.count == beam.detectors, "a view has one value a detector")
    guard let start = output.baseAddress else { return }
    start.update(repeating: 0, count: beam.detectors)
    let walk = JosephWalk(beam, view)
    let rows = walk.alongRows ? alongRows : alongColumns
    rows.samples.withUnsafeBufferPointer { samples in
      guard let first = samples.baseAddress else { return }
      for row in 0..<walk.lineCount {
        addInterpolated(
          first + row * rows.stride + PaddedRows.margin, walk.line(row), weight: walk.weight,
          to: start)
      }
    }
  }

  /// The transpose of the projection, which spreads every line integral along its line.
  ///
  /// For a plane x and a sinogram y the scalar products of projection and y, and of x and this
  /// result are equal.
  ///
  /// - Parameters:
  ///   - sinogram: `beam.views * beam.detectors` values, detectors fastest.
  ///   - beam: The geometry.
  /// - Returns: `beam.columns * beam.rows` values, columns fastest.
  public static func adjoint(of sinogram: [Float], beam: ParallelBeam) -> [Float] {
    precondition(sinogram.count == beam.views * beam.detectors, "a value for each detector")
    var plane = [Float](repeating: 0, count: beam.columns * beam.rows)
    let longest = max(beam.columns, beam.rows)
    var line = [Float](repeating: 0, count: longest + 2 * PaddedRows.margin)
    for view in 0..<beam.views {
      let walk = JosephWalk(beam, view)
      let step = walk.alongRows ? 1 : beam.columns
      for row in 0..<walk.lineCount {
        for i in line.indices { line[i] = 0 }
        line.withUnsafeMutableBufferPointer { line in
          sinogram.withUnsafeBufferPointer { sinogram in
            guard let to = line.baseAddress, let from = sinogram.baseAddress else { return }
            spreadInterpolated(
              from + view * beam.detectors, walk.line(row), weight: walk.weight,
              to: to + PaddedRows.margin)
          }
        }
        let start = walk.alongRows ? row * beam.columns : row
        for i in 0..<walk.sampleCount { plane[start + i * step] += line[PaddedRows.margin + i] }
      }
    }
    return plane
  }
}

/// How the rays of one view run through a plane: which lines they cross and where.
struct JosephWalk {
  /// Whether the rays cross rows, else columns.
  let alongRows: Bool
  /// How many lines are crossed.
  let lineCount: Int
  /// Samples in such a line.
  let sampleCount: Int
  /// The length of a ray between two lines.
  let weight: Float

  private let detectors: Int
  private let start: Double
  private let lineStep: Double
  private let detectorStep: Double

  init(_ beam: ParallelBeam, _ view: Int) {
    let (cosine, sine) = beam.direction(view)
    // In steps of the grid, a ray runs along (-sine / columnSpacing, cosine / rowSpacing).
    alongRows = abs(cosine) * beam.columnSpacing >= abs(sine) * beam.rowSpacing
    lineCount = alongRows ? beam.rows : beam.columns
    sampleCount = alongRows ? beam.columns : beam.rows
    let across = alongRows ? beam.rowSpacing : beam.columnSpacing
    let along = alongRows ? beam.columnSpacing : beam.rowSpacing
    let (near, far) = alongRows ? (cosine, sine) : (sine, cosine)
    weight = Float(across / abs(near))
    detectors = beam.detectors
    // x cosine + y sine = s, solved for the coordinate along the line.
    detectorStep = 1 / (near * along)
    lineStep = -far * across / (near * along)
    let middleLine = alongRows ? beam.middleRow : beam.middleColumn
    let middleSample = alongRows ? beam.middleColumn : beam.middleRow
    start = middleSample - beam.middleDetector * detectorStep - middleLine * lineStep
  }

  /// Where the detectors' rays cross one line.
  @inline(__always)
  func line(_ line: Int) -> ResampledLine {
    ResampledLine(
      start: start + Double(line) * lineStep, step: detectorStep, count: detectors,
      rowCount: sampleCount)
  }
}
