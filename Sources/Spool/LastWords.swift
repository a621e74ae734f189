/// What of a worker's standard error may be told.
///
/// A worker has a hostile or broken scan in hand: what it writes when it falls, be it a library's
/// complaint or a crash report with memory in it, may quote the scan. Only phrases of the language's
/// and the system's own runtime are passed on; every other line is counted.
package enum LastWords {
  /// How a worker's own complaints about its surroundings begin; they quote nothing.
  private static let ownVoice = "the worker: "

  private static let phrases = [
    "Fatal error: Index out of range", "Fatal error: Array index is out of range",
    "Fatal error: Range requires lowerBound <= upperBound", "Fatal error: Division by zero",
    "Fatal error: Arithmetic overflow",
    "Fatal error: Not enough bits to represent the passed value",
    "Fatal error: Unexpectedly found nil while unwrapping an Optional value",
    "Fatal error: UnsafeMutablePointer", "Fatal error: Out of memory", "Fatal error",
    "Precondition failed", "Assertion failed", "std::bad_alloc", "stack smashing detected",
    "double free or corruption", "malloc(): ", "free(): ", "corrupted size vs. prev_size",
    "pure virtual method called", "terminate called", "could not allocate memory",
    "Cannot allocate memory",
  ]

  /// Lines as they may stand in logs and reasons, the last ten.
  package static func told(of lines: [String]) -> [String] {
    var told: [String] = []
    var withheld = 0
    for line in lines.suffix(10) {
      if line.hasPrefix(ownVoice) {
        told.append(line)
      } else if let phrase = phrases.first(where: line.contains) {
        told.append(phrase.hasSuffix(": ") ? String(phrase.dropLast(2)) : phrase)
      } else {
        withheld += 1
      }
    }
    if withheld > 0 { told.append("\(withheld) lines withheld: they may quote the scan") }
    return told
  }
}
