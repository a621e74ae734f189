public import VolumeModel

extension NiftiHeader {
  /// Counts along every axis that the header has, x first; seven at most, each at least 1.
  ///
  /// A count of zero along the fourth or a later axis means 1, as in the reference library.
  public var shape: [Int] { dim[1...dim[0]].map { max($0, 1) } }

  /// The counts without trailing ones, but at least two of them.
  public var trimmedShape: [Int] {
    var shape = shape
    while shape.count > 2, shape.last == 1 { shape.removeLast() }
    return shape.count == 1 ? shape + [1] : shape
  }

  /// Counts along the first three axes: the grid of one volume.
  public var volumeDimensions: SIMD3<Int> {
    let counts = shape + [1, 1]
    return [counts[0], counts[1], counts[2]]
  }

  /// How many volumes the axes after the third make.
  public var volumeCount: Int { shape.dropFirst(3).reduce(1, *) }

  /// The type that `datatype` names; checked when the header is parsed.
  public var storedType: StoredType { StoredType(rawValue: datatype) ?? .float32 }

  /// How many bytes the voxels take.
  ///
  /// - Throws: `malformed` when that is more than a file can hold.
  func checkedByteCount() throws(NiftiError) -> Int {
    var bits = storedType.bitsPerVoxel
    for count in shape {
      let (product, isTooLarge) = bits.multipliedReportingOverflow(by: count)
      guard !isTooLarge, product < Int.max / 64 else {
        throw NiftiError(.malformed, "dim announces more voxels than any file can hold")
      }
      bits = product
    }
    return (bits + 7) / 8
  }

  /// The map from stored values to values; nil where there is none to apply.
  ///
  /// A slope that is zero or not finite means that stored values are the values.
  public var rescale: Rescale? {
    guard sclSlope != 0, sclSlope.isFinite, sclInter.isFinite else { return nil }
    guard sclSlope != 1 || sclInter != 0 else { return nil }
    return Rescale(slope: sclSlope, intercept: sclInter)
  }
}
