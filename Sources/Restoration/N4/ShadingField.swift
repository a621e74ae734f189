import RestorationKernels

/// A log field: a lattice and the B-splines at the voxels of a volume.
struct ShadingField: Sendable {
  let lattice: SplineLattice
  let x: SplineBasis
  let y: SplineBasis
  let z: SplineBasis

  /// The expansion along x for one slice, see `SplineLattice.rows`.
  func rows(slice: Int, count: Int) -> [Float] {
    lattice.rows(first: z.first[slice], taps: z.taps[slice], x: x, count: count)
  }

  /// The log field of one row, from the expansion of its slice.
  func row(_ line: Int, of rows: [Float], _ row: inout MutableSpan<Float>) {
    ShadingRows.gather(rows.span, taps: SIMD4<Float>(y.taps[line]), first: y.first[line], &row)
  }

  /// The field at some voxels of the axes only.
  func sampled(_ axes: [LatticeAxis]) -> ShadingField {
    ShadingField(
      lattice: lattice, x: x.sampled(axes[0].indices), y: y.sampled(axes[1].indices),
      z: z.sampled(axes[2].indices))
  }
}
