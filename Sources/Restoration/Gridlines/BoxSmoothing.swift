#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Smoothing by three running means along each axis, of which each is cut at the edges.
struct BoxSmoothing {
  let columns: Int
  let radius: Int

  /// A smoothed plane, columns fastest.
  func smoothed(_ plane: [Float]) -> [Float] {
    let rows = plane.count / columns
    var along = plane
    let parts = slabs(of: rows)
    fillConcurrently(
      &along, parts: parts.map { $0.lowerBound * columns..<$0.upperBound * columns }
    ) { part, elements in
      for line in 0..<parts[part].count {
        var values = (0..<columns).map { Double(elements[line * columns + $0]) }
        for _ in 0..<3 { values = means(values) }
        for i in 0..<columns { elements[line * columns + i] = Float(values[i]) }
      }
    }
    return down(along, rows)
  }

  /// What is left of a wave, as a part of it.
  static func response(radius: Int, _ peak: GridPeak) -> Double {
    func mean(_ frequency: Double) -> Double {
      let width = Double(2 * radius + 1)
      let angle = Double.pi * frequency
      return abs(angle) < 1e-9 ? 1 : sin(angle * width) / (width * sin(angle))
    }
    return pow(mean(peak.x) * mean(peak.y), 3)
  }

  /// The columns, which are done in turned strips.
  private func down(_ plane: [Float], _ rows: Int) -> [Float] {
    let strips = slabs(of: columns)
    var turned = [Float](repeating: 0, count: plane.count)
    fillConcurrently(
      &turned, parts: strips.map { $0.lowerBound * rows..<$0.upperBound * rows }
    ) { part, elements in
      for (line, column) in strips[part].enumerated() {
        var values = (0..<rows).map { Double(plane[$0 * columns + column]) }
        for _ in 0..<3 { values = means(values) }
        for i in 0..<rows { elements[line * rows + i] = Float(values[i]) }
      }
    }
    var result = plane
    let parts = slabs(of: rows)
    fillConcurrently(
      &result, parts: parts.map { $0.lowerBound * columns..<$0.upperBound * columns }
    ) { [turned] part, elements in
      for (line, row) in parts[part].enumerated() {
        for i in 0..<columns { elements[line * columns + i] = turned[i * rows + row] }
      }
    }
    return result
  }

  private func means(_ values: [Double]) -> [Double] {
    let count = values.count
    var result = values
    var sum = 0.0
    for i in 0..<min(radius, count) { sum += values[i] }
    for i in 0..<count {
      if i + radius < count { sum += values[i + radius] }
      if i - radius - 1 >= 0 { sum -= values[i - radius - 1] }
      let width = min(i + radius, count - 1) - max(i - radius, 0) + 1
      result[i] = sum / Double(width)
    }
    return result
  }
}
