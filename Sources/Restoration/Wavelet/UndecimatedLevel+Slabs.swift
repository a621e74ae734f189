extension UndecimatedLevel {
  /// The approximation of filled samples, from a few filled slices at a time.
  ///
  /// A slab's slices are those of the whole where the filter reaches neither beyond the slab's
  /// beginning nor beyond its end, or where that is the whole's as well.
  func approximation(of filling: ExclusionFill) -> [Float] {
    let reach = extended.z - dimensions.z
    let step = max(32, 4 * reach)
    guard shrinker.method.mode == .symmetric, dimensions.z > 2 * step else {
      return approximation(of: filling.filled())
    }
    let plane = extended.x * extended.y
    return filledArray(plane * extended.z) { output in
      for start in stride(from: 0, to: dimensions.z, by: step) {
        let isLast = start + step >= dimensions.z
        let end = isLast ? extended.z : start + step
        // At the end it goes on with a mirror of as many slices as the filter reaches.
        let first = max(0, min(start, isLast ? dimensions.z - reach : start) - reach)
        let slices = first..<min(end, dimensions.z)
        let slab = UndecimatedLevel(
          shrinker: shrinker, thresholds: [], level: 0,
          dimensions: [dimensions.x, dimensions.y, slices.count])
        let part = slab.approximation(of: filling.filled(slices: slices))
        part.withUnsafeBufferPointer { part in
          guard let source = part.baseAddress else { return }
          (output + start * plane).update(
            from: source + (start - first) * plane, count: (end - start) * plane)
        }
      }
    }
  }
}
