import Glibc

extension WorkerLoss {
  /// What C++, Swift and the system say when they get no memory.
  private static let words = [
    "bad_alloc", "could not allocate memory", "cannot allocate memory", "out of memory",
  ]

  /// Whether the worker seems to have ended for want of memory: it said so, or the system ended it.
  ///
  /// Nobody but the spool and the system's guard against running out of memory sends SIGKILL.
  var isWantOfMemory: Bool {
    if cause == .signal(SIGKILL) { return true }
    guard case .signal = cause else { return false }
    return lastWords.contains { line in
      let line = line.lowercased()
      return Self.words.contains { line.contains($0) }
    }
  }

  /// The loss in words, with what memory has to do with it.
  ///
  /// - Parameters:
  ///   - predicted: Bytes that the job was thought to need; 0 when unknown.
  ///   - limit: Bytes that its worker was allowed.
  /// - Returns: A part of a sentence.
  package func description(predicted: Int, limit: Int) -> String {
    let figures =
      (predicted > 0 ? "it was thought to need about \(ByteCount.text(predicted)), " : "")
      + "limits.memory is \(ByteCount.text(limit))"
    if isWantOfMemory { return "\(description) for want of memory; \(figures)" }
    // An allocation that fails traps without a word.
    if case .signal = cause, predicted > limit - limit / 4 {
      return "\(description), perhaps for want of memory; \(figures)"
    }
    return description
  }
}
