extension WaveletShrinkage {
  /// The decomposition that noise is measured in, then the approximations of the levels that are
  /// worked on; slice by slice the same of the slices that are at work.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    guard let bank = try? WaveletFilterBank(named: wavelet) else { return demand.volume }
    let shape = demand.grid.dimensions
    let axes = transformedAxes(of: demand.grid)
    let levels = levelCount(of: shape, axes: axes, filterLength: bank.length)
    if shrinksBlocks(shape, axes: axes) { return blockBytes(demand, levels: levels, axes: axes) }
    let masks = (demand.mayExclude ? 1.0 : 0) + (noise == .levelDependent ? 6 : 0)
    guard axes.contains(2) else {
      var plane = demand
      plane.grid.dimensions.z = 1
      // The rows of a plane are worked through as the slices of a volume are.
      let work = transform(
        [shape.x, 1, shape.y], [0, 2], levels, bank.length, demand.cores)
      let slice = work + plane.volume + plane.filling + masks * plane.grid.voxelCount
      let batch = min(16, Double(shape.z))
      let busy = min(Double(demand.cores), batch)
      return demand.volume + batch * plane.volume + busy * slice
        + (demand.mayExclude ? demand.grid.voxelCount : 0)
    }
    // Blocks to fill from, and a few filled slices.
    let plane = 4 * demand.grid.planeCount * Double(max(32, 4 * bank.length) + bank.length)
    let filling =
      UndecimatedShrinkage.isClasswise(levels: levels, axes: axes)
      ? 1.4 * demand.filling : 0.4 * demand.filling + (demand.mayExclude ? 2.2 * plane : 0)
    // Flat places are looked for in filled voxels, beside the result.
    let flat = noise == .levelDependent ? 2 * demand.filling : 0
    return masks * demand.grid.voxelCount + filling
      + max(transform(shape, axes, levels, bank.length, demand.cores), flat)
  }

  /// Bytes of shrinkage block by block: that of a volume, or the result and that of one slice.
  private func blockBytes(_ demand: MemoryDemand, levels: Int, axes: [Int]) -> Double {
    var part = demand
    if !axes.contains(2) { part.grid.dimensions.z = 1 }
    let samples = part.grid.floatBytes
    let blocks = BlockwiseShrinkage.bytes(
      part.grid.dimensions, levels: levels, cores: demand.cores, isFilled: demand.mayExclude)
    // Making the blocks to fill from, one for eight voxels or four, holds more than keeping them.
    let shape = (part.grid.dimensions &+ 1) / SIMD3(2, 2, axes.contains(2) ? 2 : 1)
    let (filling, kept) =
      demand.mayExclude ? (0.4 * samples, VolumeGrid(dimensions: shape).floatBytes) : (0, 0)
    let slices = axes.contains(2) ? 0 : demand.volume + samples + part.grid.voxelCount
    return slices + max(part.noiseSamples, filling, kept + blocks)
  }

  /// Bytes of the transform of samples, the restored ones among them.
  private func transform(
    _ shape: SIMD3<Int>, _ axes: [Int], _ levels: Int, _ taps: Int, _ cores: Int
  ) -> Double {
    let measured = decimated(shape, axes, levels, taps)
    guard undecimated else { return measured }
    var shapes = [shape]
    for level in 0..<levels {
      shapes.append(
        UndecimatedLevel.extended(shapes[level], taps: taps, axes: axes, level: level))
    }
    if UndecimatedShrinkage.isClasswise(levels: levels, axes: axes) {
      return max(measured, ClasswiseShrinkage.bytes(shapes, taps: taps, cores: cores))
    }
    var most = measured
    for level in 0..<levels {
      let below = level + 1 < levels
      let slices = Double(heldSlices(shapes[level], axes, level, taps))
      let plane = VolumeGrid(dimensions: shapes[level]).planeCount
      let coefficients = VolumeGrid(dimensions: shapes[level + 1]).planeCount
      let held = 4 * slices * (2 * plane + (below ? 0 : coefficients))
      let rows = 4 * Double(cores) * 6 * coefficients
      let bytes = { VolumeGrid(dimensions: shapes[$0]).floatBytes }
      // Making it anew holds the approximation before it as well.
      let approximation = bytes(level) + (level > 1 ? bytes(level - 1) : 0)
      let restoredBelow = below ? bytes(level + 1) : 0
      most = max(most, restoredBelow + max(approximation, bytes(level) + held) + rows)
    }
    return most
  }

  /// The most slices of coefficients that a level holds; all of them where its end needs its
  /// beginning.
  private func heldSlices(_ shape: SIMD3<Int>, _ axes: [Int], _ level: Int, _ taps: Int) -> Int {
    let reach = axes.contains(2) ? (taps - 1) << level : 0
    let all = shape.z + reach
    guard mode == .symmetric else { return all }
    let batch = UndecimatedLevel.batch(plane: VolumeGrid(dimensions: shape).planeCount)
    return min(all, batch + 2 * reach)
  }

  /// Bytes of the decimated transform: two buffers while a level is split or merged, and what the
  /// levels before it hold.
  private func decimated(
    _ shape: SIMD3<Int>, _ axes: [Int], _ levels: Int, _ taps: Int
  ) -> Double {
    var (shape, held, most) = (shape, 0.0, 0.0)
    for _ in 0..<levels {
      var level = 4.0
      for axis in 0..<3 {
        let coefficients = (shape[axis] + taps - 1) / 2
        level *= Double(axes.contains(axis) ? 2 * coefficients : shape[axis])
        if axes.contains(axis) { shape[axis] = coefficients }
      }
      most = max(most, held + 2 * level)
      held += level
    }
    // Measuring sorts a copy of one band.
    return max(most, held * 1.4)
  }
}
