import Configuration
import Disk
import Foundation
import InboxWatch
import SystemPackage

/// A file in an inbox that no job has had yet.
struct InboxFile: Encodable {
  /// Where it lies.
  var path: String
  /// The name of the inbox.
  var inbox: String
  /// Why it was not taken, as far as it shows from outside the daemon.
  var waits: String

  /// Looks at what lies at a path; nil when it is no file of an inbox.
  init?(at path: FilePath, _ settings: Settings) throws(FileError) {
    let disk = RealFileSystem()
    guard let inbox = settings.inboxes.first(where: { path.starts(with: FilePath($0.path)) }),
      let use = try disk.use(of: path)
    else { return nil }
    var name = path
    guard name.removePrefix(FilePath(inbox.path)) else { return nil }
    let listing = try InboxListing(of: FilePath(inbox.path), on: disk)
    self.path = path.encoded
    self.inbox = inbox.name
    if let refusal = listing.refused[name] {
      waits = refusal.rawValue
    } else if !listing.files.contains(where: { $0.path == name }) {
      waits = "names such as this one are passed over: they are no scans, or not whole yet"
    } else {
      waits = Self.reason(use, inbox.settle)
    }
  }

  private static func reason(_ use: FileUse, _ settle: Settle) -> String {
    if !use.isReadable {
      return "the file may not be read: give the service's group the right to (chmod g+r)"
    }
    let longest = DurationText.text(settle.longest)
    if use.writers == .some {
      return "someone has the file open for writing; it is waited for, at most \(longest)"
    }
    if use.hasHoles {
      return "parts of the file were never written; it is waited for, at most \(longest)"
    }
    return "it is taken once it is quiet (\(DurationText.text(settle.file))) and its series is "
      + "together (\(DurationText.text(settle.series))), an incomplete one after \(longest); "
      + "`restorad inspect` says what it is"
  }
}
