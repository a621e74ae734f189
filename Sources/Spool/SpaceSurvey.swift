import Disk
import JobLedger
import SystemPackage

/// What the disks have room for once everything is written that was promised.
///
/// Jobs that were taken on and are not yet published keep what their results may take. What lies on
/// one file system is counted together, what lies on several apart.
struct SpaceSurvey {
  /// Too little space for something.
  struct Shortage {
    var needed: Int
    var promised: Int
    var space: DiskSpace

    /// Whether even the empty disk is too small.
    var isForEver: Bool { needed > space.total - space.floor }

    /// The figures in words.
    var description: String {
      "\(mebibytes(needed)) may be needed where \(mebibytes(space.free)) are free, "
        + "\(mebibytes(promised)) of them promised to jobs and \(mebibytes(space.floor)) always "
        + "kept; the disk holds \(mebibytes(space.total))"
    }
  }

  private var spaces: [UInt64: DiskSpace] = [:]
  private var promised: [UInt64: Int] = [:]
  private var places: [FilePath: DiskSpace] = [:]
  private let disk: any FileSystem
  private let work: FilePath
  private let ledger: FilePath

  /// Looks at the disks of the state folder and of the outboxes that results are reserved for.
  init(_ disk: any FileSystem, _ folders: StateFolders, reserved: [FilePath: Int]) {
    self.disk = disk
    work = folders.work
    ledger = folders.root
    for (outbox, bytes) in reserved { promise(bytes, for: outbox) }
  }

  /// Where a path lies, or the nearest folder above it that is there.
  ///
  /// A disk that does not answer is no obstacle here: writing to it will say what is wrong.
  private mutating func place(of path: FilePath) -> DiskSpace? {
    if let known = places[path] { return known }
    var place = path
    while true {
      if let space = try? disk.space(at: place) {
        spaces[space.device] = spaces[space.device] ?? space
        places[path] = space
        return space
      }
      let above = place.removingLastComponent()
      if above == place || above.isEmpty { return nil }
      place = above
    }
  }

  /// Whether files are copied from a folder into the work folder, and not renamed.
  mutating func isApart(_ folder: FilePath) -> Bool {
    place(of: folder)?.mount != place(of: work)?.mount
  }

  /// A result is made in the work folder, and copied where the outbox is another mount; the ledger
  /// may lie on a third.
  private mutating func demand(_ result: Int, copied: Int, outbox: FilePath) -> [UInt64: Int] {
    var bytes: [UInt64: Int] = [:]
    if let home = place(of: work) { bytes[home.device] = result + copied }
    if let target = place(of: outbox), isApart(outbox) {
      bytes[target.device, default: 0] += result
    }
    if let book = place(of: ledger), bytes[book.device] == nil {
      bytes[book.device] = ResultSize.records
    }
    return bytes
  }

  private mutating func promise(_ result: Int, for outbox: FilePath) {
    for (device, bytes) in demand(result, copied: 0, outbox: outbox) {
      promised[device, default: 0] += bytes
    }
  }

  /// What there is too little of for one thing more; nil when it fits: the most bytes that its
  /// result may take, and those that are copied into the state folder at once.
  mutating func shortage(_ result: Int, copied: Int, outbox: FilePath) -> Shortage? {
    for (device, needed) in demand(result, copied: copied, outbox: outbox) {
      guard let space = spaces[device] else { continue }
      let promised = promised[device] ?? 0
      if needed > space.free - space.floor - promised {
        return Shortage(needed: needed, promised: promised, space: space)
      }
    }
    return nil
  }

  /// Notes that something was taken on.
  mutating func reserve(_ result: Int, copied: Int, outbox: FilePath) {
    promise(result, for: outbox)
    if let home = place(of: work) { spaces[home.device]?.free -= copied }
  }

  /// Whether a result can be written at this moment, whatever else was promised.
  mutating func fits(_ result: Int, outbox: FilePath) -> Bool {
    demand(result, copied: 0, outbox: outbox).allSatisfy { device, bytes in
      spaces[device].map { bytes <= $0.free } ?? true
    }
  }
}

private func mebibytes(_ bytes: Int) -> String {
  let tenths = (Double(bytes) / 104_857.6).rounded() / 10
  return tenths < 100 ? "\(tenths) MiB" : "\(Int(tenths)) MiB"
}
