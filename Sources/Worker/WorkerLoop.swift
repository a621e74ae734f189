import CLinux
import DicomFormat
import Foundation
import ScanModel

/// A worker process: one request a line in, replies a line out, until its standard input ends.
public struct WorkerLoop {
  /// Creates a loop; limits apply to the whole process from now on.
  ///
  /// - Parameter memoryLimit: Bytes of address space; nil for no limit.
  public init(memoryLimit: Int?) {
    _ = clinux_die_with_parent()
    DicomProbe.prepare()
    if let memoryLimit { _ = clinux_limit(UInt64(memoryLimit)) }
  }

  /// Serves requests.
  public func run() {
    while let line = readLine(strippingNewline: true) {
      guard let request = try? JSONDecoder().decode(WorkerRequest.self, from: Data(line.utf8))
      else {
        FileHandle.standardError.write(Data("a request that cannot be read\n".utf8))
        return
      }
      switch request {
      case .probe(let probe):
        for encoded in probe.paths {
          let path = ReadablePath(encoded: encoded)
          say(.probed(ScanProbe.verdict(path.text, probe.question)))
          path.close()
        }
      case .restore(let restore):
        do {
          say(.restored(try RestoreTask(restore, say: say).run()))
        } catch {
          say(.refused(RestoreRefusal(error)))
        }
      }
    }
  }
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
