package import RestorationKernels

/// Line integrals of a plane, view by view.
package struct Sinogram: Sendable {
  /// The geometry.
  package let beam: ParallelBeam
  /// `beam.views * beam.detectors` line integrals, detectors fastest, in units of the plane times
  /// detector pitches.
  package var values: [Float]

  /// Projects a plane, columns fastest.
  package init(of plane: [Float], beam: ParallelBeam) {
    self.beam = beam
    let projector = ParallelProjector(plane, beam: beam)
    var values = [Float](repeating: 0, count: beam.views * beam.detectors)
    let views = slabs(of: beam.views, parts: 32)
    fillConcurrently(&values, parts: views.map { $0.times(beam.detectors) }) { part, output in
      unsafe output.withUnsafeMutableBufferPointer { output in
        for (i, view) in views[part].enumerated() {
          let range = i * beam.detectors..<(i + 1) * beam.detectors
          unsafe projector.project(view, into: UnsafeMutableBufferPointer(rebasing: output[range]))
        }
      }
    }
    self.values = values
  }

  /// The plane of these line integrals, by filtered back-projection.
  package func reconstructed() -> [Float] {
    let beam = beam
    let filter = RampFilter(count: beam.detectors)
    let source = values
    var filtered = [Float](repeating: 0, count: values.count)
    let views = slabs(of: beam.views, parts: 16).map { $0.times(beam.detectors) }
    fillConcurrently(&filtered, parts: views) { part, output in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe source.withUnsafeBufferPointer { source in
          unsafe filter.apply(UnsafeBufferPointer(rebasing: source[views[part]]), into: output)
        }
      }
    }
    let projector = BackProjector(filtered, beam: beam)
    var plane = [Float](repeating: 0, count: beam.columns * beam.rows)
    // Eight rows and a view stay in the nearest cache.
    let rows = slabs(of: beam.rows, parts: (beam.rows + 7) / 8)
    fillConcurrently(&plane, parts: rows.map { $0.times(beam.columns) }) { part, output in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe projector.backProject(rows[part], into: output)
      }
    }
    return plane
  }
}

extension Range<Int> {
  /// The range of the samples of these rows.
  fileprivate func times(_ count: Int) -> Range<Int> { lowerBound * count..<upperBound * count }
}
