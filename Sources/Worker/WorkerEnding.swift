package import CLinux

/// What an assignment used.
public struct ResourceUse: Sendable, Codable, Equatable {
  /// User and system time of all its threads, in seconds.
  public var cpuSeconds: Double
  /// The most memory that it held at once, in bytes.
  public var peakMemoryBytes: Int
  /// Seconds from its start to its end.
  public var wallSeconds: Double

  /// Creates a note of all parts.
  public init(cpuSeconds: Double, peakMemoryBytes: Int, wallSeconds: Double) {
    self.cpuSeconds = cpuSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.wallSeconds = wallSeconds
  }

  enum CodingKeys: String, CodingKey {
    case cpuSeconds = "cpu_s"
    case peakMemoryBytes = "peak_memory_bytes"
    case wallSeconds = "wall_s"
  }
}

/// How the process of one assignment ended: what a worker says of it on a descriptor of its own,
/// which that process does not have.
public struct WorkerEnding: Sendable, Equatable {
  /// The descriptor.
  public static let descriptor: Int32 = 3

  /// The status that says that the surroundings kept an assignment from being begun; EX_TEMPFAIL.
  public static let notStarted: Int32 = 75

  /// The signal that ended it, or 0.
  public var signal: Int32
  /// Its exit status when no signal did.
  public var status: Int32
  /// What it used.
  public var use: ResourceUse

  /// Whether it came to its own end.
  public var isGood: Bool { signal == 0 && status == 0 }

  init(_ ending: clinux_ending, wallSeconds: Double) {
    signal = ending.signal
    status = ending.status
    use = ResourceUse(ending, wallSeconds: wallSeconds)
  }

  /// Reads a line as `line` gives it; nil when it is none.
  public init?(line: String) {
    let parts = line.split(separator: " ")
    guard parts.count == 5, let signal = Int32(parts[0]), let status = Int32(parts[1]),
      let cpu = Double(parts[2]), let peak = Int(parts[3]), let wall = Double(parts[4])
    else { return nil }
    self.signal = signal
    self.status = status
    use = ResourceUse(cpuSeconds: cpu, peakMemoryBytes: peak, wallSeconds: wall)
  }

  /// The ending as a line without its end.
  var line: String {
    "\(signal) \(status) \(use.cpuSeconds) \(use.peakMemoryBytes) \(use.wallSeconds)"
  }
}

extension ResourceUse {
  /// What the kernel counted of a process.
  package init(_ ending: clinux_ending, wallSeconds: Double) {
    self.init(
      cpuSeconds: Double(ending.cpu_microseconds) / 1e6, peakMemoryBytes: Int(ending.peak_bytes),
      wallSeconds: wallSeconds)
  }
}
