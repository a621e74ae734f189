import Dispatch

/// Splits `0..<count` into at most `parts` ranges of nearly equal length, none empty.
///
/// The split depends on the arguments alone, so results do not depend on the number of cores.
func parts(of count: Int, atMost parts: Int = 64) -> [Range<Int>] {
  let parts = min(parts, count)
  return (0..<parts).map { (count * $0 / parts)..<(count * ($0 + 1) / parts) }
}

/// Runs a body once for each index, on all cores, and gives back what it found, in order.
func concurrentMap<Found: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Found) -> [Found] {
  guard count > 1 else { return (0..<count).map(body) }
  var found = [Found?](repeating: nil, count: count)
  found.withUnsafeMutableBufferPointer { buffer in
    let shared = SharedElements(buffer: buffer)
    DispatchQueue.concurrentPerform(iterations: count) { shared.buffer[$0] = body($0) }
  }
  return found.compactMap(\.self)
}

/// Elements that several threads write, each its own.
struct SharedElements<Element>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Element>
}
