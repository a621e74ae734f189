import Quality
import VolumeModel

/// Measures what the steps did to the pictures.
enum QualityMeter {
  /// The figures before and after; of several volumes their means.
  static func note(before: [Picture], after: [Picture]) -> Report.QualityNote {
    let sameGrid =
      zip(before, after).allSatisfy { $0.volume.sharesGrid(with: $1.volume) }
    return Report.QualityNote(
      before: picture(before), after: picture(after),
      change: sameGrid ? change(before, after) : nil)
  }

  private static func picture(_ pictures: [Picture]) -> Report.Picture? {
    // A picture without any meaningful voxel has no figures, and that is no failure.
    let figures = pictures.compactMap {
      try? QualityFigures.measure($0.volume, excluding: $0.excluded)
    }
    guard !figures.isEmpty else { return nil }
    return Report.Picture(
      entropy: mean(figures.map(\.entropy)), contrast: mean(figures.map(\.contrast)),
      sharpness: mean(figures.map(\.sharpness)), noiseSigma: mean(figures.map(\.noiseSigma)))
  }

  private static func change(_ before: [Picture], _ after: [Picture]) -> Report.Change? {
    let comparisons = zip(before, after).compactMap { before, after in
      try? Comparison.measure(
        reference: before.volume, restored: after.volume, excluding: before.excluded)
    }
    guard !comparisons.isEmpty else { return nil }
    return Report.Change(
      psnr: mean(comparisons.map(\.psnrDecibel)), ssim: mean(comparisons.map(\.ssim)),
      mae: mean(comparisons.map(\.mae)), meanShift: mean(comparisons.map(\.meanShift)))
  }

  /// The mean of what is finite; nil when nothing is.
  private static func mean(_ values: [Double]) -> Double? {
    let finite = values.filter(\.isFinite)
    return finite.isEmpty ? nil : finite.reduce(0, +) / Double(finite.count)
  }
}
