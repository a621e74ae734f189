package import RestorationKernels

/// Line integrals of a plane, view by view.
///
/// Square planes with even sides and views are projected eightfold, which is the same but for the
/// order of sums.
package struct Sinogram: Sendable {
  /// The geometry.
  package let beam: ParallelBeam
  /// `beam.views * beam.detectors` line integrals, detectors fastest, in units of the plane times
  /// detector pitches.
  package var values: [Float]

  /// Takes line integrals.
  package init(beam: ParallelBeam, values: [Float]) {
    precondition(values.count == beam.views * beam.detectors, "a value for each detector")
    self.beam = beam
    self.values = values
  }

  /// Projects a plane.
  ///
  /// - Parameters:
  ///   - plane: The pixels, columns fastest.
  ///   - beam: The geometry.
  ///   - rays: 1 for each ray that is needed, detectors fastest; of the others some may stay zero.
  ///     All are needed if nil.
  package init(of plane: [Float], beam: ParallelBeam, rays: [UInt8]? = nil) {
    self.beam = beam
    if let symmetry = EightfoldBeam(beam) {
      values = Self.projected(plane, symmetry, rays)
      return
    }
    let projector = ParallelProjector(plane, beam: beam)
    values = filledConcurrently(parts: slabs(of: beam.views).map { $0.times(beam.detectors) }) {
      part, output in
      for (i, view) in slabs(of: beam.views)[part].enumerated() {
        projector.project(view, into: output.row(i, of: beam.detectors))
      }
    }
  }

  /// The plane of these line integrals, by filtered back-projection.
  ///
  /// - Parameters:
  ///   - sharpens: Whether what the interpolation of back-projection takes is given back beforehand.
  ///   - box: What is needed; nil for all. Beyond it some pixels may be zero.
  /// - Returns: The plane, columns fastest.
  package func reconstructed(sharpens: Bool = true, box: PlaneBox? = nil) -> [Float] {
    Self.reconstructed([self], sharpens: sharpens, box)[0]
  }

  /// The planes of two sinograms of one geometry, each as it comes out alone, in less time.
  ///
  /// - Parameters:
  ///   - first: One.
  ///   - second: The other.
  ///   - box: What is needed; nil for all. Beyond it some pixels may be zero.
  /// - Returns: The planes, columns fastest.
  package static func reconstructed(
    _ first: Sinogram, _ second: Sinogram, box: PlaneBox? = nil
  ) -> (first: [Float], second: [Float]) {
    precondition(first.beam == second.beam, "one geometry")
    let planes = reconstructed([first, second], sharpens: true, box)
    return (planes[0], planes[1])
  }

  private static func reconstructed(
    _ sinograms: [Sinogram], sharpens: Bool, _ box: PlaneBox?
  ) -> [[Float]] {
    let beam = sinograms[0].beam
    let filtered = sinograms.map { $0.filtered(sharpens: sharpens) }
    if let symmetry = EightfoldBeam(beam) { return backProjected(filtered, symmetry, box) }
    // Eight rows and a view stay in the nearest cache.
    let rows = slabs(of: beam.rows, parts: (beam.rows + 7) / 8)
    return filtered.map {
      let projector = BackProjector($0, beam: beam)
      return filledConcurrently(parts: rows.map { $0.times(beam.columns) }) { part, output in
        projector.backProject(rows[part], into: output)
      }
    }
  }

  private func filtered(sharpens: Bool) -> [Float] {
    let filter = RampFilter(count: beam.detectors, sharpens: sharpens)
    let source = values
    let views = slabs(of: beam.views, parts: 16).map { $0.times(beam.detectors) }
    return filledConcurrently(parts: views) { part, output in
      source.withUnsafeBufferPointer { source in
        filter.apply(UnsafeBufferPointer(rebasing: source[views[part]]), into: output)
      }
    }
  }
}

extension Sinogram {
  private static func projected(
    _ plane: [Float], _ symmetry: EightfoldBeam, _ rays: [UInt8]?
  ) -> [Float] {
    let projector = EightfoldProjector(symmetry, of: plane)
    let runs = symmetry.runs(of: rays)
    let rows = slabs(of: projector.foldedRows, parts: 32)
    concurrently(rows.count) { projector.fold(rows[$0]) }
    // Six groups use a strip of rows while the second cache has it.
    let groups = slabs(of: symmetry.groups, parts: (symmetry.groups + 5) / 6)
    let sums: [Float] = filledConcurrently(parts: groups.map { $0.times(projector.groupCount) }) {
      part, output in
      projector.project(groups[part], runs: runs, into: output)
    }
    let (views, detectors) = (slabs(of: symmetry.beam.views), symmetry.beam.detectors)
    return filledConcurrently(parts: views.map { $0.times(detectors) }) { part, output in
      for (i, view) in views[part].enumerated() {
        projector.unfold(view, of: sums, into: output.row(i, of: detectors))
      }
    }
  }

  /// Back-projects one sinogram or two.
  private static func backProjected(
    _ filtered: [[Float]], _ symmetry: EightfoldBeam, _ box: PlaneBox?
  ) -> [[Float]] {
    let projector = EightfoldBackProjector(symmetry, sinograms: filtered.count, box: box)
    concurrently(projector.foldedGroups) { group in
      for (i, views) in filtered.enumerated() { projector.fold(group, of: views, sinogram: i) }
    }
    let rows = slabs(of: projector.upperRows, parts: (projector.upperRows + 15) / 16)
    let upper: [Float] = filledConcurrently(
      parts: rows.map { $0.times(projector.upperRowCount) }
    ) { part, output in
      projector.backProject(rows[part], into: output)
    }
    let (side, columns) = (symmetry.beam.rows, symmetry.beam.columns)
    let bands = slabs(of: side, parts: (side + 7) / 8)
    return filtered.indices.map { i in
      filledConcurrently(parts: bands.map { $0.times(columns) }) { part, output in
        projector.unfold(bands[part], of: upper, sinogram: i, into: output)
      }
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// One of the rows that this holds.
  fileprivate func row(_ index: Int, of count: Int) -> Self {
    Self(rebasing: self[index * count..<(index + 1) * count])
  }
}

extension Range<Int> {
  /// The range of the samples of these rows.
  fileprivate func times(_ count: Int) -> Range<Int> { lowerBound * count..<upperBound * count }
}
