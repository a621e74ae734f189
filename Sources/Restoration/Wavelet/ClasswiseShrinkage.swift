import RestorationKernels

/// Restores the levels of a volume class by class of slices: of many levels, whose filters reach
/// across the whole volume, little is held.
///
///     for each level l, back:  for each class of slices (every 2^l-th):
///         its samples, made from those of the volume → coefficients, shrunk, merged
///         + what lower levels left there             → its restored samples
///         low pass merged along all axes             → added to what is left at level l - 1
///
/// Held are what lower levels left on the grids of two levels, and one class.
struct ClasswiseShrinkage: Sendable {
  /// The levels, finest first; all three axes are transformed.
  let stages: [UndecimatedLevel]

  /// Restores samples, all of them finite.
  func restored(_ samples: [Float], work: Work) throws -> [Float] {
    var result: [Float] = []
    for level in stages.indices.reversed() {
      let stage = stages[level]
      let slices = ApproximationSlices(below: Array(stages[..<level]), of: stages[0])
      let above = level > 0 ? stages[level - 1] : nil
      let shape = above?.dimensions ?? .zero
      var finer = [Float](repeating: 0, count: shape.x * shape.y * shape.z)
      for first in 0..<min(1 << level, stage.dimensions.z) {
        try work.checkCancellation()
        let part = SliceClass(stage, step: 1 << level, first: first)
        let plane = stage.dimensions.x * stage.dimensions.y
        let isCoarsest = level == stages.count - 1
        withScratch(isCoarsest ? part.samples * plane : 0) { own in
          result.withUnsafeMutableBufferPointer { result in
            // Slices of the class, in a buffer of their own or among the others.
            let target = isCoarsest ? own : (result.baseAddress ?? own) + first * plane
            let distance = (isCoarsest ? 1 : part.step) * plane
            samples.withUnsafeBufferPointer {
              guard let samples = $0.baseAddress else { return }
              stage.restore(
                part, of: samples, slices, isCoarsest: isCoarsest, into: target, distance: distance)
            }
            finer.withUnsafeMutableBufferPointer {
              guard let above, let finer = $0.baseAddress else { return }
              above.add(part, target, distance: distance, to: finer)
            }
          }
        }
      }
      if above != nil { result = finer }
      work.note(Double(stages.count - level) / Double(stages.count + 1))
    }
    return result
  }

  /// Bytes that are held beside the samples, the result among them.
  static func bytes(_ shapes: [SIMD3<Int>], taps: Int, cores: Int) -> Double {
    func plane(_ level: Int) -> Double { Double(shapes[level].x) * Double(shapes[level].y) }
    var most = 0.0
    for level in 0..<(shapes.count - 1) {
      let isCoarsest = level == shapes.count - 2
      let samples = Double((shapes[level].z - 1) >> level + 1)
      let coefficients = samples + Double(taps - 1)
      // Those mirrored at the ends are of other classes.
      let needed = level > 0 ? min(Double(shapes[level].z), samples + 2 * Double(taps)) : 0
      let split =
        (needed + 2 * coefficients) * plane(level)
        + (isCoarsest ? coefficients * plane(level + 1) : 0)
      let merged = level > 0 ? samples * plane(level - 1) : 0
      let own = (isCoarsest ? samples : Double(shapes[level].z)) * plane(level)
      let finer = level > 0 ? plane(level - 1) * Double(shapes[level - 1].z) : 0
      let rows = Double(cores) * 6 * plane(level + 1)
      most = max(most, own + finer + max(split, merged) + rows)
    }
    return 4 * most
  }
}

extension UndecimatedLevel {
  /// Makes the restored samples of a class from those of the volume.
  ///
  /// - Parameters:
  ///   - part: The class.
  ///   - samples: Of the volume.
  ///   - approximation: Makes this level's samples from them.
  ///   - isCoarsest: Whether the approximation stays as it is; else lower levels left something.
  ///   - target: Its slices; with what lower levels left, to which the details are added.
  ///   - distance: From one of its slices to the next.
  fileprivate func restore(
    _ part: SliceClass, of samples: UnsafePointer<Float>, _ approximation: ApproximationSlices,
    isCoarsest: Bool, into target: UnsafeMutablePointer<Float>, distance: Int
  ) {
    let plane = dimensions.x * dimensions.y
    let coefficientPlane = extended.x * extended.y
    let needed = part.step > 1 ? part.needed : []
    let (window, channel) = (needed.count * plane, part.coefficients * plane)
    let low = isCoarsest ? part.coefficients * coefficientPlane : 0
    nonisolated(unsafe) let (samples, target) = (samples, target)
    withScratch(window + 2 * channel + low) { room in
      nonisolated(unsafe) let (room, merged) = (room, room + window)
      nonisolated(unsafe) let kept = merged + 2 * channel
      inParts(of: needed.count, cost: 64 * plane) { slices in
        for i in slices { approximation.make(samples, at: needed[i], into: room + i * plane) }
      }
      nonisolated(unsafe) let source = needed.isEmpty ? samples : UnsafePointer(room)
      let offsets = part.places.map { $0 * plane }
      inParts(of: part.coefficients, cost: 8 * plane) { slices in
        let room = SliceRoom(self)
        defer { room.deallocate() }
        for i in slices {
          weightedRowSumPair(
            source, offsets: Array(offsets[(i * taps)..<((i + 1) * taps)]),
            low: shrinker.bank.lowDecomposition, high: shrinker.bank.highDecomposition, terms: taps,
            intoLow: room.slices, intoHigh: room.slices + plane, count: plane)
          for half in 0..<2 {
            shrinkSlice(
              room.slices + half * plane, channel: half, room,
              approximation: half == 0 && isCoarsest ? kept + i * coefficientPlane : nil,
              into: merged + (half * part.coefficients + i) * plane)
          }
        }
      }
      let (sums, lows) = (rowTerms(plane, highAt: channel), rowTerms(coefficientPlane, highAt: nil))
      inParts(of: part.samples, cost: 3 * plane) { slices in
        withScratch(max(plane, coefficientPlane) + plane) { slice in
          for i in slices {
            let output = target + i * distance
            sums.sum(over: merged + i * plane, into: slice, count: plane)
            if isCoarsest {
              output.update(from: slice, count: plane)
              lows.sum(over: kept + i * coefficientPlane, into: slice, count: coefficientPlane)
              mergeLow(slice, into: slice + max(plane, coefficientPlane))
              slice.update(from: slice + max(plane, coefficientPlane), count: plane)
            }
            for x in 0..<plane { output[x] += slice[x] }
          }
        }
      }
    }
  }

  /// Adds restored samples of the level below, a class of them, to what is left on this one.
  fileprivate func add(
    _ part: SliceClass, _ slices: UnsafePointer<Float>, distance: Int,
    to output: UnsafeMutablePointer<Float>
  ) {
    let plane = dimensions.x * dimensions.y
    let step = part.step / 2
    nonisolated(unsafe) let (slices, output) = (slices, output)
    withScratch(part.samples * plane) { merged in
      nonisolated(unsafe) let merged = merged
      inParts(of: part.samples, cost: 3 * plane) { range in
        for i in range { mergeLow(slices + i * distance, into: merged + i * plane) }
      }
      inParts(of: dimensions.z, cost: 2 * plane) { range in
        for z in range {
          let target = output + z * plane
          for tap in 0..<taps {
            let behind = z + (taps - 1 - tap) * step - part.first
            guard behind >= 0, behind % part.step == 0, behind / part.step < part.samples else {
              continue
            }
            let source = merged + behind / part.step * plane
            let weight = 0.5 * shrinker.bank.lowReconstruction[tap]
            for x in 0..<plane { target[x] += weight * source[x] }
          }
        }
      }
    }
  }

  private var taps: Int { shrinker.bank.length }

  /// The sum along z over neighbouring slices of a class.
  private func rowTerms(_ stride: Int, highAt: Int?) -> RowTerms {
    RowTerms(
      (0..<taps).map { ($0, taps - 1 - $0) }, bank: shrinker.bank, stride: stride, lowAt: 0,
      highAt: highAt, gain: 0.5)
  }

  /// Merges a slice of an approximation along y and x.
  private func mergeLow(
    _ slice: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    withScratch(extended.x) { row in
      for y in 0..<dimensions.y {
        yAxis.mergeLow(slice, at: y, into: row, count: extended.x)
        xAxis.mergeLow(row, at: 0, into: output + y * dimensions.x, count: dimensions.x)
      }
    }
  }
}
