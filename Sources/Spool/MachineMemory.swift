public import Disk
import Foundation
import SystemPackage

/// How much memory there is for this service and what it starts.
public struct MachineMemory: Sendable, Equatable {
  /// Bytes that there are at all: those of the machine, or fewer where a control group (systemd's
  /// `MemoryMax`, a container's limit) allows fewer.
  public var total: Int
  /// Bytes that are free now, or could be.
  public var available: Int
  /// Threads that work at the same time.
  public var cores: Int

  /// Creates a measure.
  public init(total: Int, available: Int, cores: Int) {
    self.total = total
    self.available = available
    self.cores = max(1, cores)
  }

  /// Nobody knows: no job is ever kept waiting for memory.
  public static let unknown = MachineMemory(total: .max, available: .max, cores: 1)

  /// What stays free for the daemon, the probes and everybody else: a tenth, 256 MiB at least and
  /// 4 GiB at most.
  public var reserve: Int { min(max(total / 10, 256 << 20), 4 << 30) }

  /// What all jobs together may ever need.
  public var capacity: Int { total == .max ? .max : max(0, total - reserve) }

  /// What all jobs together may need now, when none of them runs.
  public var allowance: Int {
    available == .max ? capacity : min(capacity, max(0, available - reserve))
  }
}

extension MachineMemory {
  /// The address space that a worker gets so that it may hold as much memory as `limits.memory`
  /// says: code, stacks, and what the allocator of each thread reserves are no memory yet.
  static func addressSpace(for limit: Int, cores: Int) -> Int {
    // glibc reserves 64 MiB for each thread's heap, whatever is in it.
    let reserved = (128 << 20) + (cores + 2) * (64 << 20)
    return limit > .max - reserved ? .max : limit + reserved
  }

  /// Measures this machine; what cannot be read sets no limit.
  ///
  /// - Parameter disk: Where `/proc` and `/sys` lie.
  /// - Returns: What there is.
  /// - SeeAlso: proc_meminfo(5); the kernel's admin-guide/cgroup-v2.rst, `memory.max` and
  ///   `memory.high`.
  public static func read(from disk: any FileSystem) -> MachineMemory {
    let fields = meminfo(disk)
    let groups = limits(disk)
    let total = ([fields["MemTotal"]] + groups).compactMap(\.self).min() ?? .max
    let available = fields["MemAvailable"].map { min($0, total) } ?? total
    return MachineMemory(
      total: total, available: available, cores: ProcessInfo.processInfo.activeProcessorCount)
  }

  private static func text(_ path: FilePath, _ disk: any FileSystem) -> String? {
    // A file that is not there says nothing, and that is no failure.
    guard let bytes = try? disk.contents(of: path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of the two fields that count, by name; asked for with every job, so the other fifty
  /// are not looked at.
  private static func meminfo(_ disk: any FileSystem) -> [String: Int] {
    var fields: [String: Int] = [:]
    var rest = (text("/proc/meminfo", disk) ?? "")[...]
    while fields.count < 2, !rest.isEmpty {
      let line = rest.prefix { $0 != "\n" }
      rest = rest[line.endIndex...].dropFirst()
      guard line.hasPrefix("MemTotal:") || line.hasPrefix("MemAvailable:") else { continue }
      let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
      guard words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]),
        kibibytes < Int.max >> 10
      else { continue }
      fields[String(words[0])] = kibibytes << 10
    }
    return fields
  }

  /// The limits of the control group that this process is in, and of those around it.
  private static func limits(_ disk: any FileSystem) -> [Int?] {
    var limits: [Int?] = []
    for line in (text("/proc/self/cgroup", disk) ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isSecond = parts[0] == "0"
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
      let root: FilePath = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let names = isSecond ? ["memory.max", "memory.high"] : ["memory.limit_in_bytes"]
      var group = FilePath(String(parts[2])).lexicallyNormalized()
      while true {
        let folder = root.pushing(FilePath(root: nil, group.components))
        for name in names {
          let said = text(folder.appending(name), disk)?.split(separator: "\n").first
          // `max` says that there is none.
          limits.append(said.flatMap { Int($0) })
        }
        guard group.removeLastComponent() else { break }
      }
    }
    return limits
  }
}
