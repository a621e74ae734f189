import RestorationKernels
import VolumeModel

/// Shrinkage with its parameters settled: fills, measures, transforms.
struct BandShrinker: Sendable {
  /// The parameters.
  let method: WaveletShrinkage
  /// The wavelet.
  let bank: WaveletFilterBank
  /// How many levels are computed.
  let levels: Int
  /// Which axes are transformed, ascending.
  let axes: [Int]

  /// Restores all slices as one volume.
  func restoreTogether(
    _ volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> ([Float], [ShrinkagePlan]) {
    let (voxels, plan) = try restore(
      volume.voxels, volume.dimensions, excluded: excluded?.bits, work: work)
    return (voxels, [plan])
  }

  /// Restores each slice by itself, several at a time.
  func restoreSlices(
    _ volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> ([Float], [ShrinkagePlan]) {
    let plane = volume.planeCount
    let shape = SIMD3(volume.dimensions.x, volume.dimensions.y, 1)
    var output = volume.voxels
    var plans: [ShrinkagePlan] = []
    for batch in slabs(of: volume.dimensions.z, parts: (volume.dimensions.z + 15) / 16) {
      try work.checkCancellation()
      var results = [Result<([Float], ShrinkagePlan), any Error>?](
        repeating: nil, count: batch.count)
      results.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let results = buffer
        concurrently(batch.count) { i in
          let slice = ((batch.lowerBound + i) * plane)..<((batch.lowerBound + i + 1) * plane)
          let bits = excluded.map { Array($0.bits[slice]) }
          guard bits?.contains(0) ?? true else { return }
          results[i] = Result {
            try restore(Array(volume.voxels[slice]), shape, excluded: bits, work: .unattended)
          }
        }
      }
      for (i, result) in results.enumerated() {
        guard let (voxels, plan) = try result?.get() else { continue }
        output.replaceSubrange(
          ((batch.lowerBound + i) * plane)..<((batch.lowerBound + i + 1) * plane), with: voxels)
        plans.append(plan)
      }
      work.note(Double(batch.upperBound) / Double(volume.dimensions.z))
    }
    return (output, plans)
  }

  private func restore(
    _ voxels: [Float], _ dimensions: SIMD3<Int>, excluded: [UInt8]?, work: Work
  ) throws -> ([Float], ShrinkagePlan) {
    // Where voxels are excluded it takes a volume, so it is made anew for each use.
    func filling() -> ExclusionFill? {
      excluded.map { ExclusionFill(voxels, dimensions, excluded: $0, axes: axes) }
    }
    let samples = filling()?.filled() ?? voxels
    let greatest = samples.reduce(0) { max($0, abs($1)) }
    let object =
      method.noise == .levelDependent
      ? ObjectVoxels(samples, dimensions, excluded: excluded) : nil
    var decomposition = WaveletDecomposition(
      of: consume samples, dimensions: dimensions, bank: bank, levels: levels, mode: method.mode,
      axes: axes)
    let plan = ShrinkagePlan(
      method: method,
      bands: BandSamples(
        decomposition, ofAtMost: greatest, dimensions, excluded: object?.surroundings ?? excluded,
        unmeasured: object?.unmeasured ?? excluded),
      sampleCount: excluded?.reduce(0) { $0 + ($1 == 0 ? 1 : 0) } ?? voxels.count)
    guard !plan.isIdle else { return (voxels, plan) }
    try work.checkCancellation()
    var restored: [Float]
    if method.undecimated {
      decomposition.levels = []
      restored = try UndecimatedShrinkage(shrinker: self, plan: plan).restored(
        voxels, filling: filling, dimensions: dimensions, work: work)
    } else {
      shrink(&decomposition, plan)
      restored = decomposition.takeReconstructed()
    }
    if let object {
      keepFlatPlaces(
        of: filling()?.filled() ?? voxels, dimensions, untouched: object.untouched, in: &restored)
    }
    if let excluded {
      for i in excluded.indices where excluded[i] != 0 { restored[i] = voxels[i] }
    }
    return (restored, plan)
  }

  private func shrink(_ decomposition: inout WaveletDecomposition, _ plan: ShrinkagePlan) {
    for level in decomposition.levels.indices {
      let count = decomposition.levels[level].bandCount
      decomposition.levels[level].coefficients.withUnsafeMutableBufferPointer { buffer in
        guard let first = buffer.baseAddress else { return }
        for band in 1..<(buffer.count / count) {
          shrink(first + band * count, count: count, threshold: plan.thresholds[level][band])
        }
      }
    }
  }

  /// Shrinks coefficients of one band in place.
  func shrink(_ coefficients: UnsafeMutablePointer<Float>, count: Int, threshold: Double) {
    let threshold = Float(threshold)
    switch method.shrinkage {
    case .soft: shrinkSoftly(coefficients, count: count, threshold: threshold)
    case .hard: shrinkHard(coefficients, count: count, threshold: threshold)
    case .garrote: shrinkByGarrote(coefficients, count: count, threshold: threshold)
    }
  }
}
