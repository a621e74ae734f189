import ArchiveFormat
import CLinux
import Glibc
import NiftiFormat

/// What one assignment may touch; everything else is shut off from the process that does it.
///
/// Landlock keeps it to its files, a filter of system calls from making processes, sockets and
/// links, limits from taking too much. Where the kernel has no Landlock the rest still holds.
struct Jail {
  /// Why a jail that should be there could not be entered.
  struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, _ code: Int32) {
      description = unsafe "the jail: \(what): \(String(cString: strerror(code)))"
    }
  }

  /// Files and folders that may be read.
  var readable: [String]
  /// The one folder that may be written; nil for none.
  var writable: String?
  /// Bytes of address space.
  var memoryLimit: Int
  /// Bytes of the largest file that may be written; nil for as many as there are of memory.
  var fileLimit: Int?

  /// What the libraries may look up while they work.
  ///
  /// The toolkit's dictionary and the machine's mark are read before; these are for the number of
  /// cores, randomness and time zones.
  private static let common = [
    "/dev/null", "/dev/urandom", "/sys/devices/system/cpu", "/etc/localtime", "/usr/share/zoneinfo",
  ]

  /// Shuts this process in for good; it must have one thread.
  func enter() throws(Failure) {
    var number: Int32 = -1
    try check("Landlock", unsafe clinux_jail_begin(&number))
    for path in Self.common + readable {
      try check("a path to read", unsafe clinux_jail_allow(number, path, Int32(CLINUX_JAIL_READ)))
    }
    if let writable {
      try check("the output", unsafe clinux_jail_allow(number, writable, Int32(CLINUX_JAIL_WRITE)))
    }
    // A volume that is written has been in memory: no file of a result is larger than that.
    let fileLimit = writable == nil ? 0 : UInt64(clamping: fileLimit ?? memoryLimit)
    try check("entering", clinux_jail_enter(number, UInt64(clamping: memoryLimit), fileLimit))
  }

  private func check(_ what: String, _ code: Int32) throws(Failure) {
    if code != 0 { throw Failure(what, code) }
  }
}

extension Jail {
  /// The jail of an assignment; `paths` are the files that are to be looked at.
  init(for order: WorkerOrder, lookingAt paths: [String]) {
    memoryLimit = order.memoryLimit
    switch order.request {
    case .probe: readable = paths.flatMap { [$0] + NiftiProbe.files(beside: $0) }
    case .restore(let restore):
      readable = restore.originals.map { [$0] } ?? restore.sources.map(\.path)
      writable = restore.output
    case .compare: readable = paths
    case .unpack(let unpack):
      readable = paths
      writable = unpack.output
      fileLimit = ArchiveLimits().bytes
    case .trial(let trial):
      readable = [trial.own]
      writable = trial.output
    }
  }
}
