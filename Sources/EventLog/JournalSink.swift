import Foundation
import Logging
import Synchronization

/// Native fields in systemd's journal: one datagram an event.
///
/// - SeeAlso: systemd's "Native Journal Protocol".
public final class JournalSink: EventSink {
  private let descriptor: Int32
  private let names: NamePolicy

  /// Connects to the journal's socket; nil where there is none.
  public init?(names: NamePolicy, socket path: String = "/run/systemd/journal/socket") {
    self.names = names
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    guard connectUnixSocket(descriptor, to: path) else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }

  /// Sends one event.
  public func write(_ record: EventRecord) {
    let bytes = Array(datagram(for: record))
    // An event larger than a datagram may be is cut to its words; the job's own log has it whole.
    if unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0
      && errno == EMSGSIZE
    {
      let short = EventRecord(
        moment: record.moment, level: record.level, event: record.event,
        message: record.message, fields: record.fields.filter { $0.key == "job" })
      let bytes = Array(datagram(for: short))
      _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// The protocol's bytes: `KEY=value`, or key, length and value when the value has line breaks.
  package func datagram(for record: EventRecord) -> [UInt8] {
    var bytes: [UInt8] = []
    append("MESSAGE", record.message, to: &bytes)
    append("PRIORITY", priority(record), to: &bytes)
    append("SYSLOG_IDENTIFIER", "restorad", to: &bytes)
    append("RESTORAD_EVENT", record.event ?? "message", to: &bytes)
    append("RESTORAD_TS", Timestamp.text(record.moment), to: &bytes)
    for key in record.orderedKeys {
      guard let field = record.fields[key] else { continue }
      let text =
        if case .text(let text) = field { text } else { JSONText.value(field, names: names) }
      append("RESTORAD_" + journalName(key), text, to: &bytes)
    }
    return bytes
  }

  private func append(_ key: String, _ value: String, to bytes: inout [UInt8]) {
    bytes += key.utf8
    if value.utf8.contains(UInt8(ascii: "\n")) {
      bytes.append(UInt8(ascii: "\n"))
      let count = UInt64(value.utf8.count)
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes += value.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  private func journalName(_ key: String) -> String {
    String(key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  private func priority(_ record: EventRecord) -> String {
    switch record.level {
    case .trace, .debug: "7"
    case .info: "6"
    case .notice: "5"
    case .warning: "4"
    case .error: "3"
    case .critical: "2"
    }
  }
}

/// Connects a datagram socket to a path, or to an abstract name when it begins with `@`.
package func connectUnixSocket(_ descriptor: Int32, to path: String) -> Bool {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let capacity = MemoryLayout.size(ofValue: address.sun_path)
  var bytes = Array(path.utf8)
  guard bytes.count < capacity else { return false }
  if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
  let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
  return unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe connect(descriptor, $0, size) == 0
    }
  }
}
