import RestorationKernels

/// How the values of a slice fall into bins.
struct ClaheScale: Sendable {
  /// Counts of values; adjacent, of equal width.
  let bins: Int
  /// The least value that is equalized.
  let least: Float
  /// The greatest.
  let greatest: Float
  /// Bins per unit of value.
  let binsPerUnit: Double
  /// Every value is the only one of its bin, so nothing lies between bins.
  let isDiscrete: Bool

  /// Bins that the clip limit looks at together: finer ones have too few counts to judge by.
  let binsPerGroup: Int

  /// One bin for each stored value from 0, as OpenCV has them.
  ///
  /// - Parameters:
  ///   - depth: How many stored values there could be.
  ///   - used: How many there are up to the greatest that occurs; the rest needs no counting.
  init(depth: Int, used: Int) {
    bins = used
    least = 0
    greatest = Float(depth - 1)
    binsPerUnit = 1
    isDiscrete = true
    binsPerGroup = 1
  }

  /// Bins between the least and greatest value of a slice; nil when it has but one value.
  init?(of plane: ClahePlane, bins requested: Int?) {
    let census = ValueCensus(of: plane.pixels, excluding: plane.excluded)
    let (least, greatest) = (census.least, census.greatest)
    guard least < greatest else { return nil }
    let extent = Double(greatest) - Double(least)
    let limit = requested ?? 4096
    self.least = least
    self.greatest = greatest
    isDiscrete = census.areWhole && extent < Double(limit)
    bins = isDiscrete ? Int(extent) + 1 : limit
    binsPerUnit = isDiscrete ? 1 : Double(limit) / extent
    // 256 groups make a 12-bit picture's limit that of the same picture in 8 bits.
    binsPerGroup = (bins + 255) / 256
  }

  /// The bin of a value, and how far into it the value is.
  @inline(__always)
  func place(of value: Float) -> (bin: Int, fraction: Float) {
    if isDiscrete { return (Int(value - least), 0) }
    let position = (Double(value) - Double(least)) * binsPerUnit
    let bin = min(Int(position), bins - 1)
    return (bin, Float(min(position - Double(bin), 1)))
  }
}
