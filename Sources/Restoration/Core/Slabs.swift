import RestorationKernels

/// Splits `0..<count` into at most `parts` ranges of nearly equal length, none empty.
///
/// The split depends on the arguments alone, so results do not depend on the number of cores.
func slabs(of count: Int, parts: Int = 64) -> [Range<Int>] {
  let parts = min(parts, count)
  return (0..<parts).map { (count * $0 / parts)..<(count * ($0 + 1) / parts) }
}

/// Runs a body once for each index, on all cores (see `Threads`), and waits.
func concurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
  guard count > 1 else {
    if count == 1 { body(0) }
    return
  }
  Threads.perform(count, body)
}

/// Fills disjoint parts of an array on all cores.
///
/// - Parameters:
///   - output: The array to fill.
///   - parts: Disjoint ranges of `output`.
///   - body: Called once for each part with its position in `parts` and the elements to fill.
func fillConcurrently<Element: BitwiseCopyable & Sendable>(
  _ output: inout [Element], parts: [Range<Int>],
  _ body: @Sendable (Int, inout MutableSpan<Element>) -> Void
) {
  precondition(areDisjoint(parts, in: output.count), "parts overlap or leave the array")
  unsafe output.withUnsafeMutableBufferPointer { buffer in
    let shared = unsafe SharedElements(buffer: buffer)
    concurrently(parts.count) { part in
      // Disjoint, as checked above, so no two threads touch the same element.
      let slice = unsafe UnsafeMutableBufferPointer(rebasing: shared.buffer[parts[part]])
      var elements = unsafe MutableSpan(_unsafeElements: slice)
      body(part, &elements)
    }
  }
}

/// Makes an array whose parts are filled on all cores.
///
/// - Parameters:
///   - parts: Adjacent ranges from 0 to the array's count.
///   - body: Called once for each part with its position in `parts` and the elements to fill, all
///     of them, which hold nothing yet.
/// - Returns: The array.
func filledConcurrently<Element: BitwiseCopyable & Sendable>(
  parts: [Range<Int>], _ body: @Sendable (Int, UnsafeMutableBufferPointer<Element>) -> Void
) -> [Element] {
  let count = parts.last?.upperBound ?? 0
  precondition(
    parts.first?.lowerBound ?? 0 == 0
      && zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound },
    "parts leave gaps")
  return unsafe [Element](unsafeUninitializedCapacity: count) { buffer, filled in
    if let first = buffer.baseAddress {
      unsafe LargePages.prefer(first, bytes: count * MemoryLayout<Element>.stride)
    }
    let shared = unsafe SharedElements(buffer: buffer)
    concurrently(parts.count) { part in
      // Adjacent, as checked above, so no two threads touch the same element.
      unsafe body(part, UnsafeMutableBufferPointer(rebasing: shared.buffer[parts[part]]))
    }
    filled = count
  }
}

@unsafe private struct SharedElements<Element>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Element>
}

private func areDisjoint(_ parts: [Range<Int>], in count: Int) -> Bool {
  let sorted = parts.sorted { $0.lowerBound < $1.lowerBound }
  let ordered = zip(sorted, sorted.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
  return ordered && (sorted.first?.lowerBound ?? 0) >= 0
    && (sorted.last?.upperBound ?? 0) <= count
}
