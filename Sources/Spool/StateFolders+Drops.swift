import Disk
import SystemPackage

extension StateFolders {
  /// What an archive was unpacked into, until its files are taken.
  func unpacked(_ job: String) -> FilePath { work(job).appending("unpacked") }

  /// The jobs that have a folder among those in progress.
  func jobsInWork(on disk: any FileSystem) throws(FileError) -> [String] {
    try disk.entries(of: work).map(\.string).filter { !$0.hasPrefix(".") }
  }

  /// Where originals are taken out of their archives once more, to make a series anew: copies for as
  /// long as that takes, of which nothing outlasts a start.
  var recalled: FilePath { work.appending(".recalled") }

  /// The job of the archive that a file was unpacked from, and the file's path from the archive's
  /// own name on; nil for a file that lies elsewhere.
  func member(_ path: FilePath) -> (job: String, name: FilePath)? {
    var below = path
    guard below.removePrefix(work) else { return nil }
    let parts = Array(below.components)
    guard parts.count > 2, parts[1].string == "unpacked" else { return nil }
    return (parts[0].string, FilePath(root: nil, Array(parts.dropFirst(2))))
  }
}
