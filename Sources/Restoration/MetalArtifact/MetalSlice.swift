internal import VolumeModel

/// One slice that holds metal.
struct MetalSlice: Sendable {
  /// Air, which also stands for voxels without a meaning.
  static let airHU: Float = -1000
  /// Values from here down are padding that nobody declared (-2000 and -3024 are usual): no
  /// attenuation is less than none, and streaks do not undershoot that far in stored scans.
  static let paddingHU: Float = -1900

  /// Which slice of the volume.
  let index: Int
  /// 1 where metal is.
  let metal: [UInt8]

  /// Voxels of metal.
  var metalCount: Int { metal.reduce(0) { $0 + Int($1) } }

  /// Finds the slices of a volume that hold metal, in order.
  ///
  /// A piece too small to be certain counts where it lies over or under metal, so the ends of rods
  /// and screws are found.
  static func find(
    in volume: Volume, excluding excluded: Mask?, threshold: MetalThreshold, minimumArea: Int,
    work: Work
  ) throws -> [MetalSlice] {
    var pieces: [Int: [MetalPiece]] = [:]
    for index in 0..<volume.dimensions.z {
      try work.checkCancellation()
      let range = index * volume.planeCount..<(index + 1) * volume.planeCount
      guard
        range.contains(where: { volume.voxels[$0] >= threshold.seedHU && excluded?[$0] != true })
      else { continue }
      pieces[index] = MetalPiece.find(
        in: plane(index, of: volume, excluding: excluded).values, columns: volume.dimensions.x,
        threshold: threshold, minimumArea: minimumArea)
    }
    var metal = pieces.mapValues { pieces in
      var bits = [UInt8](repeating: 0, count: volume.planeCount)
      for piece in pieces where piece.isCertain { piece.paint(&bits) }
      return bits
    }
    let order = pieces.keys.sorted()
    for (indices, step) in [(order, -1), (order.reversed(), 1)] {
      for index in indices {
        guard let neighbour = metal[index + step], var bits = metal[index] else { continue }
        for piece in pieces[index] ?? [] where piece.voxels.contains(where: { neighbour[$0] != 0 })
        {
          piece.paint(&bits)
        }
        metal[index] = bits
      }
    }
    return order.compactMap { index in
      metal[index].flatMap { $0.contains(1) ? MetalSlice(index: index, metal: $0) : nil }
    }
  }

  /// A slice with air instead of what has no meaning, and where that was.
  static func plane(
    _ index: Int, of volume: Volume, excluding excluded: Mask?
  ) -> (values: [Float], isPadding: [UInt8]) {
    let start = index * volume.planeCount
    var values = Array(volume.voxels[start..<(start + volume.planeCount)])
    var isPadding = [UInt8](repeating: 0, count: values.count)
    for i in values.indices {
      let hasMeaning = values[i].isFinite && values[i] > paddingHU
      guard !hasMeaning || excluded?[start + i] == true else { continue }
      values[i] = airHU
      isPadding[i] = 1
    }
    return (values, isPadding)
  }
}

extension MetalPiece {
  /// Chooses the piece's voxels.
  fileprivate func paint(_ bits: inout [UInt8]) {
    for i in voxels { bits[i] = 1 }
  }
}
