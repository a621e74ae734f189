import RestorationKernels

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
