import Foundation

/// The runs so far.
struct RunLog {
  /// One timed run.
  struct Run: Encodable {
    /// From begin to end.
    let seconds: Double
    /// Of all threads together.
    let cpuSeconds: Double
    /// Of the result, to see that it is the same every time.
    let digest: String
  }

  /// All runs.
  struct Summary: Encodable {
    let seconds: [Double]
    let cpuSeconds: [Double]
    let secondsMedian: Double
    let secondsLeast: Double
    let cpuSecondsMedian: Double
    /// The most the process held while it ran, in bytes, inputs and result among them.
    let peakBytes: Int?
    /// What it held before: program and inputs.
    let inputBytes: Int?
    /// Cores that the process may use; `taskset` takes some away.
    let cores: Int
    let shape: [Int]
    /// Whether every run gave the same, bit by bit.
    let isRepeatable: Bool
    let digest: String
    let figures: [String: Double]
  }

  private let memoryBefore: Int?
  private var peak: Int?
  private var runs: [Run] = []
  private var warmUpDigest = ""
  /// The last result.
  private(set) var last: Outcome?

  init(memoryBefore: Int?) { self.memoryBefore = memoryBefore }

  /// Runs a body and notes how long it took.
  @discardableResult
  mutating func note(_ body: () throws -> Outcome, isWarmUp: Bool = false) throws -> Run {
    // Two results at once would count as memory of the kernel.
    last = nil
    ProcessMemory.forgetPeak()
    let clock = ContinuousClock()
    let (start, cpuStart) = (clock.now, ProcessorTime.seconds)
    let outcome = try body()
    let cpuSeconds = ProcessorTime.seconds - cpuStart
    let seconds = (clock.now - start) / .seconds(1)
    peak = [peak, ProcessMemory.peak].compactMap(\.self).max()
    last = outcome
    let run = Run(seconds: seconds, cpuSeconds: cpuSeconds, digest: outcome.digest)
    if isWarmUp { warmUpDigest = run.digest } else { runs.append(run) }
    return run
  }

  /// What all runs say together.
  var summary: Summary {
    let seconds = runs.map(\.seconds)
    return Summary(
      seconds: seconds, cpuSeconds: runs.map(\.cpuSeconds), secondsMedian: middle(of: seconds),
      secondsLeast: seconds.min() ?? 0, cpuSecondsMedian: middle(of: runs.map(\.cpuSeconds)),
      peakBytes: peak, inputBytes: memoryBefore,
      cores: ProcessInfo.processInfo.activeProcessorCount, shape: last?.shape ?? [],
      isRepeatable: runs.allSatisfy { $0.digest == warmUpDigest },
      digest: warmUpDigest, figures: last?.figures ?? [:])
  }

  private func middle(of values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
