internal import RestorationKernels
internal import Synchronization
internal import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The correction of one slice, and the judgement whether it helped.
struct SliceCorrection: Sendable {
  /// What became of one slice.
  struct Outcome: Sendable {
    /// Which slice of the volume.
    let index: Int
    /// The resampled slice.
    let before: StreakMeasure
    /// The corrected slice.
    let after: StreakMeasure
    /// Whether the correction was taken: fine streaks must fall, broad ones must not rise.
    var isBetter: Bool { after.gradient < before.gradient && after.spread <= before.spread }
  }

  let beam: ParallelBeam
  let method: MetalArtifactReduction.Method
  let boneThresholdHU: Float
  let detailScaleHU: Float

  /// Corrects slices and writes those that got better.
  ///
  /// - Returns: An outcome for each slice, in order.
  func apply(
    to slices: [MetalSlice], of volume: Volume, into restored: inout Volume
  ) -> [Outcome] {
    let outcomes = Mutex<[Outcome]>([])
    let parts = slices.map { $0.index * volume.planeCount..<($0.index + 1) * volume.planeCount }
    fillConcurrently(&restored.voxels, parts: parts) { part, voxels in
      let (outcome, corrected) = correct(slices[part])
      if outcome.isBetter {
        for i in corrected.indices where slices[part].isFixed[i] == 0 { voxels[i] = corrected[i] }
      }
      outcomes.withLock { $0.append(outcome) }
    }
    return outcomes.withLock { $0 }.sorted { $0.index < $1.index }
  }

  private func correct(_ slice: MetalSlice) -> (Outcome, [Float]) {
    let measured = Sinogram(of: slice.plane.map { max(0, $0 / 1000 + 1) }, beam: beam)
    let trace = MetalTrace(Sinogram(of: slice.metal.map { Float($0) }, beam: beam))
    let before = hounsfield(measured)
    var after = hounsfield(trace.interpolated(measured))
    var model = model(after, slice)
    if method == .nmar {
      // The second time around the model is made from a slice with fewer streaks.
      for _ in 0..<2 {
        let normalised = trace.interpolated(
          measured, normalisedBy: Sinogram(of: model.attenuation, beam: beam))
        after = hounsfield(normalised)
        model = self.model(after, slice)
      }
    }
    let judged = judged(model, slice)
    let outcome = Outcome(
      index: slice.index,
      before: StreakMeasure(of: before, columns: beam.columns, softTissue: judged),
      after: StreakMeasure(of: after, columns: beam.columns, softTissue: judged))
    guard outcome.isBetter else { return (outcome, []) }
    return (outcome, withDetail(after, before: before, slice))
  }

  private func hounsfield(_ sinogram: Sinogram) -> [Float] {
    sinogram.reconstructed().map { ($0 - 1) * 1000 }
  }

  private func model(_ plane: [Float], _ slice: MetalSlice) -> TissueModel {
    TissueModel(
      of: plane, metal: slice.metal, columns: beam.columns, boneThresholdHU: boneThresholdHU)
  }

  /// Gives back what resampling lost, where the correction is weak.
  ///
  /// Both planes went through the same resampling, so their difference is the correction alone and
  /// the rest of the slice is the detail that resampling lost.
  private func withDetail(
    _ after: [Float], before: [Float], _ slice: MetalSlice
  ) -> [Float] {
    let least = slice.plane.reduce(Float.infinity, min)
    let greatest = slice.plane.reduce(-Float.infinity, max)
    guard detailScaleHU > 0 else { return after.map { min(max($0, least), greatest) } }
    let squares = zip(after, before).map { ($0 - $1) * ($0 - $1) }
    let strength = PlaneSmoothing.gaussian(squares, columns: beam.columns, sigma: 4)
    return after.indices.map { i in
      let weight = exp(-strength[i] / (detailScaleHU * detailScaleHU))
      return min(max(after[i] + weight * (slice.plane[i] - before[i]), least), greatest)
    }
  }

  /// Soft tissue far enough from metal to be judged.
  private func judged(_ model: TissueModel, _ slice: MetalSlice) -> [Bool] {
    let nearMetal = PlaneMorphology.dilated(slice.metal, columns: beam.columns, times: 3)
    let bone = 1 + boneThresholdHU / 1000
    return slice.plane.indices.map { i in
      let isSoft = model.attenuation[i] > 0 && model.attenuation[i] < bone
      return isSoft && nearMetal[i] == 0 && slice.isFixed[i] == 0
    }
  }
}
