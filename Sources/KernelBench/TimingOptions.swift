import ArgumentParser
import Foundation

/// How often something is run, and where its result goes.
struct TimingOptions: ParsableArguments {
  @Option(help: "Timed runs, after one that warms up.")
  var runs = 3
  @Option(help: "Write the last result here, as float32.")
  var output: String?
  @Flag(help: "Wait for a line of input before each run; end at the end of input.")
  var onRequest = false

  func validate() throws {
    guard runs > 0 else { throw ValidationError("--runs is at least 1") }
  }

  /// Runs a body as often as asked for and tells what was measured.
  ///
  /// Inputs are loaded before; what the body needs to hold beside them counts as its memory.
  func time(_ body: () throws -> Outcome) throws {
    var log = RunLog(memoryBefore: ProcessMemory.held)
    try log.note(body, isWarmUp: true)
    if onRequest {
      say(["ready": true])
      while readLine() != nil { say(try log.note(body)) }
    } else {
      for _ in 0..<runs { say(try log.note(body)) }
    }
    if let output, let last = log.last {
      try last.bytes.write(to: URL(filePath: output))
    }
    say(log.summary)
  }

  private func say(_ value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // What is encoded here is plain numbers and text.
    guard let line = try? encoder.encode(value) else { return }
    FileHandle.standardOutput.write(line + Data("\n".utf8))
  }
}
