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
