import EventLog
import Worker

extension WorkerLoss {
  /// What the log says of it.
  var fields: [String: EventField] {
    var fields: [String: EventField] = ["stderr": .list(lastWords.map(EventField.text))]
    if let use {
      fields["cpu_s"] = .number(use.cpuSeconds)
      fields["peak_memory_bytes"] = .integer(use.peakMemoryBytes)
      fields["wall_s"] = .number(use.wallSeconds)
    }
    return fields
  }

  /// What stands beside quarantined originals.
  var detail: [String: JSONValue] {
    var detail: [String: JSONValue] = ["last_words": .list(lastWords.map(JSONValue.text))]
    if let use {
      detail["resources"] = .object([
        "cpu_s": .number(use.cpuSeconds), "peak_memory_bytes": .integer(use.peakMemoryBytes),
        "wall_s": .number(use.wallSeconds),
      ])
    }
    return detail
  }
}

/// Seconds that something rests after workers were lost over it: 2, 4, 8, … a minute at most.
func pauseAfterLoss(_ losses: Int) -> Double { Double(min(60, 1 << min(losses, 6))) }
