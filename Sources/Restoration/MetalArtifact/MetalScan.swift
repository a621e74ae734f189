internal import RestorationKernels

/// The line integrals of a slice with metal, and which of them met it.
struct MetalScan: Sendable {
  /// Planes with no shorter side than this are first corrected in pixels twice as wide and high.
  private static let leastHalved = 384

  /// 1 where metal is, columns fastest.
  let metal: [UInt8]
  /// The rows and columns that hold more than air: what is reconstructed.
  let box: PlaneBox
  private let attenuation: [Float]
  /// The integrals of attenuation relative to water.
  private let measured: Sinogram
  /// Which of them met metal.
  private let trace: MetalTrace

  /// Projects a slice.
  ///
  /// - Parameters:
  ///   - attenuation: Relative to water, columns fastest.
  ///   - metal: 1 where metal is.
  ///   - beam: The geometry.
  ///   - box: The rows and columns that hold more than air; found if nil.
  init(of attenuation: [Float], metal: [UInt8], beam: ParallelBeam, box: PlaneBox? = nil) {
    self.box = box ?? MetalBody.box(of: attenuation, columns: beam.columns)
    self.attenuation = attenuation
    self.metal = metal
    measured = Sinogram(of: attenuation, beam: beam)
    trace = MetalTrace(Sinogram(of: metal.map { Float($0) }, beam: beam))
  }

  /// The geometry.
  var beam: ParallelBeam { measured.beam }

  /// The slice as its line integrals give it, and with new values for the rays that met metal.
  ///
  /// Reconstruction is linear, so of the second only what the new values change is reconstructed,
  /// together with the first.
  ///
  /// - Parameter model: Tissues without metal, in attenuation relative to water; nil for nothing.
  /// - Returns: HU.
  func versions(beyond model: [Float]? = nil) -> (before: [Float], after: [Float]) {
    let (plane, change) = Sinogram.reconstructed(
      measured, change(beyond: model), box: box)
    let resampled = plane.map { ($0 - 1) * 1000 }
    return (resampled, zip(resampled, change).map { $0 + 1000 * $1 })
  }

  /// What new values for the rays that met metal add to the slice, in HU.
  ///
  /// - Parameter model: Tissues without metal, in attenuation relative to water.
  /// - Returns: HU, columns fastest.
  func correction(beyond model: [Float]) -> [Float] {
    change(beyond: model).reconstructed(box: box).map { 1000 * $0 }
  }

  private func change(beyond model: [Float]?) -> Sinogram {
    let tissue = model.map { Sinogram(of: $0, beam: beam, rays: trace.needed) }
    return trace.change(of: measured, beyond: tissue)
  }

  /// The slice with pixels twice as wide and high, in half as many views: an eighth of the work.
  ///
  /// - Returns: nil where that would be too coarse or the numbers are odd.
  func halved() -> MetalScan? {
    let (columns, rows) = (beam.columns, beam.rows)
    guard min(columns, rows) >= Self.leastHalved, columns % 2 == 0, rows % 2 == 0,
      beam.views % 4 == 0
    else { return nil }
    var (means, most) = ([Float](), [UInt8]())
    means.reserveCapacity(columns * rows / 4)
    most.reserveCapacity(columns * rows / 4)
    for row in stride(from: 0, to: rows, by: 2) {
      for i in stride(from: row * columns, to: (row + 1) * columns, by: 2) {
        let below = i + columns
        means.append(
          (attenuation[i] + attenuation[i + 1] + attenuation[below] + attenuation[below + 1]) / 4)
        // Rims would make it wider; a line as thin as a voxel still shows.
        let count = metal[i] + metal[i + 1] + metal[below] + metal[below + 1]
        most.append(count >= 2 ? 1 : 0)
      }
    }
    return MetalScan(
      of: means, metal: most,
      beam: ParallelBeam(
        columns: columns / 2, rows: rows / 2, columnSpacing: beam.columnSpacing,
        rowSpacing: beam.rowSpacing, views: beam.views / 2),
      box: box.halved)
  }
}

extension MetalScan {
  /// The slice with the correction of a coarser one (see `halved`).
  ///
  /// Its detail is its own; beside metal it is what the coarser slice became.
  ///
  /// - Parameters:
  ///   - correction: What the correction added to the coarser slice, in HU.
  ///   - after: HU of the coarser slice, corrected.
  /// - Returns: HU.
  func corrected(by correction: [Float], to after: [Float]) -> [Float] {
    let (columns, rows) = (beam.columns, beam.rows)
    let (step, instead) = (doubled(correction), doubled(after))
    let nearMetal = PlaneMorphology.dilated(
      metal, columns: columns, times: 8 * MetalGrain.size(columns: columns, rows: rows))
    return (0..<columns * rows).map { i in
      nearMetal[i] != 0 ? instead[i] : 1000 * (attenuation[i] - 1) + step[i]
    }
  }

  /// A plane of half as many columns and rows, interpolated linearly.
  private func doubled(_ coarse: [Float]) -> [Float] {
    let (columns, rows) = (beam.columns, beam.rows)
    /// The coarse rows or columns beside a fine one; the first one is three times as near.
    func beside(_ i: Int, _ count: Int) -> (near: Int, far: Int) {
      (i / 2, min(max(i % 2 == 0 ? i / 2 - 1 : i / 2 + 1, 0), count - 1))
    }
    let across = (0..<columns).map { beside($0, columns / 2) }
    var result = [Float](repeating: 0, count: columns * rows)
    var line = [Float](repeating: 0, count: columns / 2)
    for row in 0..<rows {
      let down = beside(row, rows / 2)
      let (near, far) = (down.near * line.count, down.far * line.count)
      for i in line.indices { line[i] = 0.75 * coarse[near + i] + 0.25 * coarse[far + i] }
      for (column, place) in across.enumerated() {
        result[row * columns + column] = 0.75 * line[place.near] + 0.25 * line[place.far]
      }
    }
    return result
  }
}
