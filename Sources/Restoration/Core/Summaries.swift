/// Runs a body once for each index, on all cores, and gives back what it found, in order.
func summaries<Summary: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Summary) -> [Summary] {
  var found = [Summary?](repeating: nil, count: count)
  found.withUnsafeMutableBufferPointer { buffer in
    let shared = SharedStorage(buffer: buffer)
    concurrently(count) { shared.buffer[$0] = body($0) }
  }
  return found.compactMap(\.self)
}

/// Fills disjoint parts of an array on all cores, and gives back what was found in each, in order.
///
/// - Parameters:
///   - output: The array to fill.
///   - parts: Disjoint ranges of `output`.
///   - body: Called once for each part with its position in `parts` and the elements to fill.
/// - Returns: What the body found, in the order of `parts`.
func fillSummarising<Element: BitwiseCopyable & Sendable, Summary: Sendable>(
  _ output: inout [Element], parts: [Range<Int>],
  _ body: @Sendable (Int, inout MutableSpan<Element>) -> Summary
) -> [Summary] {
  output.withUnsafeMutableBufferPointer { buffer in
    let shared = SharedStorage(buffer: buffer)
    return summaries(parts.count) { part in
      let slice = UnsafeMutableBufferPointer(rebasing: shared.buffer[parts[part]])
      var elements = MutableSpan(_unsafeElements: slice)
      return body(part, &elements)
    }
  }
}

/// Makes an array whose parts are filled on all cores, and gives back what was found in each.
///
/// - Parameters:
///   - parts: Adjacent ranges from 0 to the array's count.
///   - body: Called once for each part with its position in `parts` and the elements to fill, all
///     of them, which hold nothing yet.
/// - Returns: The array, and what the body found, in the order of `parts`.
func filledSummarising<Element: BitwiseCopyable & Sendable, Summary: Sendable>(
  parts: [Range<Int>], _ body: @Sendable (Int, UnsafeMutableBufferPointer<Element>) -> Summary
) -> ([Element], [Summary]) {
  var found = [Summary?](repeating: nil, count: parts.count)
  let elements = found.withUnsafeMutableBufferPointer { buffer in
    let shared = SharedStorage(buffer: buffer)
    return filledConcurrently(parts: parts) { part, room in
      shared.buffer[part] = body(part, room)
    }
  }
  return (elements, found.compactMap(\.self))
}

/// Lets threads share a buffer of which each touches its own elements only.
private struct SharedStorage<Element>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Element>
}
