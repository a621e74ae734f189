import ArchiveFormat
import CLinux
import DicomFormat
import Foundation
import ScanModel

/// A worker: one order a line in, replies a line out, until its standard input ends.
///
/// Each order is done by a process of its own that shuts itself into a jail for just these files:
/// a jail is never lifted. The worker itself opens no scan; it keeps what is slow to set up, such
/// as the toolkit's dictionary, and forks, which takes a fraction of the time of a new program.
public struct WorkerLoop {
  private let links: String

  /// Makes this process a worker, before it has a second thread.
  ///
  /// - Parameter identity: Who it is, when it was asked to say so.
  public init(introducing identity: WorkerIdentity? = nil) {
    links = NSTemporaryDirectory() + "restorad-links-\(UUID().uuidString)"
    _ = clinux_begin_worker(WorkerEnding.descriptor)
    if let identity { Self.tell(identity.line) }
    DicomProbe.prepare()
    Archive.prepare()
    _ = Host.identity
    WarmUp(folder: links).run()
  }

  /// Serves orders.
  ///
  /// - Returns: The status to exit with.
  public func run() -> Int32 {
    // A process that is forked while another thread holds a lock never gets it.
    guard clinux_thread_count() <= 1 else { return complain("it has more than one thread") }
    var input = LineInput()
    while let line = input.next() {
      let begun = ProcessInfo.processInfo.systemUptime
      let process = clinux_fork()
      if process == 0 { _exit(serve(line)) }
      guard process > 0 else { return complain("no process is to be had for an order") }
      var ending = clinux_ending()
      guard unsafe clinux_await(process, &ending) == 0 else { return complain("its child is gone") }
      _ = unsafe clinux_remove_flat_folder(links)
      let wall = ProcessInfo.processInfo.systemUptime - begun
      Self.tell(WorkerEnding(ending, wallSeconds: wall).line)
    }
    return 0
  }

  /// Says what the surroundings refused; no order is to blame for it.
  private func complain(_ words: String) -> Int32 {
    FileHandle.standardError.write(Data("the worker: \(words)\n".utf8))
    return WorkerEnding.notStarted
  }

  private static func tell(_ line: String) {
    FileHandle(fileDescriptor: WorkerEnding.descriptor, closeOnDealloc: false)
      .write(Data((line + "\n").utf8))
  }

  // MARK: In the process of one order

  private func serve(_ line: [UInt8]) -> Int32 {
    guard var order = try? JSONDecoder().decode(WorkerOrder.self, from: Data(line)) else {
      return complain("an order that cannot be read")
    }
    // Before the jail, in which no link can be made and nothing else be opened.
    let paths = LinkFolder(path: links).makeReadable(&order.request)
    PeakMemory.begin()
    let scratch = ScratchFolder(for: order.request)
    do {
      try Jail(for: order, lookingAt: paths).enter()
    } catch {
      return complain(error.description)
    }
    let work = Work { answer(order.request, paths, scratch) }
    let code = withExtendedLifetime(work) {
      unsafe clinux_call_on_thread(
        { work in
          guard let work = unsafe work else { return }
          unsafe Unmanaged<Work>.fromOpaque(work).takeUnretainedValue().body()
        }, Unmanaged.passUnretained(work).toOpaque())
    }
    return code == 0 ? 0 : complain("no thread is to be had for an order")
  }

  /// What a thread is to do, in a form that C can pass on.
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  private func answer(_ request: WorkerRequest, _ paths: [String], _ scratch: ScratchFolder?) {
    let fault = WorkerFault()
    switch request {
    case .probe(let probe):
      for path in paths {
        fault?.strike("probe", [path])
        say(.probed(ScanProbe.verdict(path, probe.question)))
      }
    case .restore(let restore):
      fault?.strike("restore", restore.sources.map(\.name))
      do {
        let summary = try RestoreTask(restore, say: say).run()
        try scratch?.remove()
        say(.restored(summary))
      } catch {
        say(.refused(RestoreRefusal(error)))
      }
    case .compare:
      fault?.strike("compare", paths)
      say(.compared(CompareRequest.difference(paths)))
    case .unpack(let unpack):
      fault?.strike("unpack", [unpack.path])
      do {
        let census = try Archive.unpack(
          unpack.path, into: unpack.output, wanted: unpack.wanted)
        say(.unpacked(ArchiveFacts(files: census.files, bytes: census.bytes)))
      } catch {
        say(.refused(RestoreRefusal(error)))
      }
    case .trial(let trial): say(.tried(trial.findings()))
    }
  }
}

/// The lines of standard input, read without a library that would read ahead of a fork.
private struct LineInput {
  private var pending: [UInt8] = []

  mutating func next() -> [UInt8]? {
    var scanned = 0
    while true {
      if let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeSubrange(...end) }
        return Array(pending[..<end])
      }
      scanned = pending.count
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      pending += buffer[..<count]
    }
  }
}

/// Where the libraries of a job may put temporary files: in its own output, while it works.
private struct ScratchFolder {
  private let path: String

  init?(for request: WorkerRequest) {
    guard case .restore(let restore) = request else { return nil }
    path = restore.output + "/.scratch"
    _ = unsafe mkdir(path, 0o700)
    _ = unsafe setenv("TMPDIR", path, 1)
  }

  /// Takes the folder out of the result.
  func remove() throws { try FileManager.default.removeItem(atPath: path) }
}

/// Writes a reply; a daemon that is gone needs none.
private func say(_ reply: WorkerReply) {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  // JSON has no word for infinity: a figure that got one is our fault, and the job is refused
  // rather than published with a report that nobody can read.
  let refusal = RestoreRefusal(.quarantine, "a figure of the result is no finite number")
  let data = (try? encoder.encode(reply)) ?? (try? encoder.encode(WorkerReply.refused(refusal)))
  FileHandle.standardOutput.write((data ?? Data()) + Data("\n".utf8))
}
