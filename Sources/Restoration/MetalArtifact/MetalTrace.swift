internal import RestorationKernels

/// The detectors of each view whose rays met metal.
struct MetalTrace {
  private let views: Int
  private let detectors: Int
  /// 1 where the ray met metal or passed beside it.
  private let bits: [UInt8]

  /// Finds the trace in the line integrals of the metal mask.
  ///
  /// A ray counts from one detector pitch of metal on, less where a view sees only thinner metal,
  /// and the trace is widened by one detector on both sides: the values beside it are the anchors
  /// of the interpolation and must be free of metal.
  init(_ metal: Sinogram) {
    views = metal.beam.views
    detectors = metal.beam.detectors
    var bits = [UInt8](repeating: 0, count: metal.values.count)
    for view in 0..<views {
      let row = view * detectors..<(view + 1) * detectors
      let longest = metal.values[row].reduce(0, max)
      let least = min(1, longest / 2)
      guard least > 0 else { continue }
      for i in row where metal.values[i] >= least {
        for beside in max(row.lowerBound, i - 1)...min(row.upperBound - 1, i + 1) {
          bits[beside] = 1
        }
      }
    }
    self.bits = bits
  }

  /// Replaces the trace by straight lines between the values on either side.
  func interpolated(_ sinogram: Sinogram) -> Sinogram {
    var result = sinogram
    for view in 0..<views {
      let row = view * detectors..<(view + 1) * detectors
      var i = row.lowerBound
      while i < row.upperBound {
        guard bits[i] != 0 else {
          i += 1
          continue
        }
        let first = i
        while i < row.upperBound && bits[i] != 0 { i += 1 }
        let before = first > row.lowerBound ? result.values[first - 1] : nil
        let after = i < row.upperBound ? result.values[i] : nil
        guard let start = before ?? after, let end = after ?? before else { continue }
        let count = Float(i - first + 1)
        for hole in first..<i {
          result.values[hole] = start + (end - start) * Float(hole - first + 1) / count
        }
      }
    }
    return result
  }

  /// Replaces the trace by interpolation of the sinogram divided by that of a model.
  ///
  /// Outside the body the model has nothing to say; there the divisor is held at a third of a
  /// detector pitch of water, so that noise is not blown up.
  func interpolated(_ sinogram: Sinogram, normalisedBy model: Sinogram) -> Sinogram {
    var ratio = sinogram
    for i in ratio.values.indices { ratio.values[i] /= max(model.values[i], 0.3) }
    var result = interpolated(ratio)
    for i in result.values.indices {
      result.values[i] =
        bits[i] != 0 ? result.values[i] * max(model.values[i], 0.3) : sinogram.values[i]
    }
    return result
  }
}
