import RestorationKernels

/// Runs a body over parts of a range of rows on all cores; small work stays on one.
///
/// - Parameters:
///   - rows: How many rows there are.
///   - cost: Elements a row has, for the size of the parts.
///   - body: Called with disjoint ranges of rows.
func inParts(of rows: Int, cost: Int, _ body: @Sendable (Range<Int>) -> Void) {
  // 32 k elements are some 20 µs of filtering, well above what starting a part costs.
  let parts = slabs(of: rows, parts: min(64, rows * cost / 32_768 + 1))
  concurrently(parts.count) { body(parts[$0]) }
}

/// Lends uninitialized room for some elements.
func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  let scratch = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
  defer { scratch.deallocate() }
  body(scratch)
}

/// The same in large pages where there are any: of a large room, less is spent on first touching it.
func withLargeScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) throws -> Void) rethrows {
  let bytes = 4 * max(count, 1)
  let scratch = UnsafeMutableRawPointer.allocate(
    byteCount: bytes, alignment: bytes < LargePages.size ? 64 : LargePages.size)
  defer { scratch.deallocate() }
  LargePages.prefer(scratch, bytes: bytes)
  try body(scratch.bindMemory(to: Float.self, capacity: max(count, 1)))
}

/// An array whose elements the body writes, all of them; behind them is room up to a capacity.
func filledArray(
  _ count: Int, capacity: Int = 0, _ body: (UnsafeMutablePointer<Float>) throws -> Void
) rethrows -> [Float] {
  let capacity = max(count, capacity)
  return try Array(unsafeUninitializedCapacity: capacity) { buffer, initialized in
    if let first = buffer.baseAddress {
      LargePages.prefer(first, bytes: 4 * capacity)
      try body(first)
    }
    initialized = count
  }
}
