internal import RestorationKernels

/// The detectors of each view whose rays met metal.
struct MetalTrace {
  private let views: Int
  private let detectors: Int
  /// 1 where the ray met metal or passed beside it.
  private let bits: [UInt8]
  /// The same, by what lies side by side in a view.
  private let runs: [Range<Int>]

  /// Finds the trace in the line integrals of the metal mask.
  ///
  /// A ray counts from one detector pitch of metal on, less where a view sees only thinner metal,
  /// and the trace is widened by a grain of the plane on both sides: the values beside it are the
  /// anchors of the interpolation and must be free of metal.
  init(_ metal: Sinogram) {
    views = metal.beam.views
    detectors = metal.beam.detectors
    let margin = MetalGrain.size(columns: metal.beam.columns, rows: metal.beam.rows)
    var bits = [UInt8](repeating: 0, count: metal.values.count)
    for view in 0..<views {
      let row = view * detectors..<(view + 1) * detectors
      let longest = metal.values[row].reduce(0, max)
      let least = min(1, longest / 2)
      guard least > 0 else { continue }
      for i in row where metal.values[i] >= least {
        let (first, last) = (max(row.lowerBound, i - margin), min(row.upperBound - 1, i + margin))
        for beside in first...last { bits[beside] = 1 }
      }
    }
    self.bits = bits
    runs = Self.runs(of: bits, views: views, detectors: detectors)
  }

  /// What it changes to replace the trace by straight lines between the values on either side.
  ///
  /// NMAR divides by the model and multiplies again. Subtracting it makes the interpolated curve as
  /// flat, and does not blow up where a trace ends outside the body and the model is zero; it also
  /// measured better (two iron hips 62 for 64 HU).
  ///
  /// - Parameters:
  ///   - sinogram: Line integrals.
  ///   - model: Those of a model of the tissue, right where `needed`: the lines are drawn through
  ///     what the sinogram holds beyond them. nil for nothing.
  /// - Returns: Zero outside the trace.
  /// - SeeAlso: Zhang and Yu, IEEE TMI 37(6):1370-1381, 2018, for the subtraction.
  func change(of sinogram: Sinogram, beyond model: Sinogram?) -> Sinogram {
    var change = Sinogram(
      beam: sinogram.beam, values: [Float](repeating: 0, count: sinogram.values.count))
    func rest(_ ray: Int) -> Float { sinogram.values[ray] - (model?.values[ray] ?? 0) }
    for run in runs {
      let row = run.lowerBound / detectors * detectors
      let before = run.lowerBound > row ? rest(run.lowerBound - 1) : nil
      let after = run.upperBound < row + detectors ? rest(run.upperBound) : nil
      guard let start = before ?? after, let end = after ?? before else { continue }
      let step = (end - start) / Float(run.count + 1)
      for ray in run {
        let line = start + step * Float(ray - run.lowerBound + 1)
        // No line integral is negative.
        change.values[ray] = max(line - rest(ray), -sinogram.values[ray])
      }
    }
    return change
  }

  /// 1 for the rays of the trace and those on either side.
  var needed: [UInt8] {
    var needed = bits
    for run in runs {
      let row = run.lowerBound / detectors * detectors
      if run.lowerBound > row { needed[run.lowerBound - 1] = 1 }
      if run.upperBound < row + detectors { needed[run.upperBound] = 1 }
    }
    return needed
  }

  /// The rays of a trace that lie side by side in a view.
  private static func runs(of bits: [UInt8], views: Int, detectors: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for view in 0..<views {
      var i = view * detectors
      let end = i + detectors
      while i < end {
        let first = i
        while i < end && bits[i] != 0 { i += 1 }
        if i > first { runs.append(first..<i) }
        i += 1
      }
    }
    return runs
  }
}
