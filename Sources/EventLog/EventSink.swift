import Foundation
import Synchronization

/// Where events go.
public protocol EventSink: Sendable {
  /// Writes one event down; never throws, for a log that fails must not stop the work.
  func write(_ record: EventRecord)
}

/// JSON lines on a file descriptor.
public final class JSONLinesSink: EventSink {
  private let lock = Mutex(())
  private let descriptor: Int32
  private let names: NamePolicy

  /// Creates a sink on an open descriptor, which it does not close.
  public init(descriptor: Int32, names: NamePolicy) {
    self.descriptor = descriptor
    self.names = names
  }

  /// Writes one line.
  public func write(_ record: EventRecord) {
    let line = record.jsonLine(names: names) + "\n"
    lock.withLock { _ in writeWhole(line, to: descriptor) }
  }
}

/// Plain lines for a person at a terminal.
public final class TextSink: EventSink {
  private let lock = Mutex(())
  private let descriptor: Int32
  private let names: NamePolicy

  /// Creates a sink on an open descriptor, which it does not close.
  public init(descriptor: Int32, names: NamePolicy) {
    self.descriptor = descriptor
    self.names = names
  }

  /// Writes one line: time, level, words, then the facts.
  public func write(_ record: EventRecord) {
    let facts = record.orderedKeys.compactMap { key in
      // Tables are for programs; the job's own log has them.
      if case .object = record.fields[key] { return nil as String? }
      return record.fields[key].map { " \(key)=\(JSONText.value($0, names: names))" }
    }
    let level = record.levelName.padding(toLength: 7, withPad: " ", startingAt: 0)
    let line =
      "\(Timestamp.text(record.moment)) \(level) \(record.event ?? "message"): \(record.message)"
      + facts.joined() + "\n"
    lock.withLock { _ in writeWhole(line, to: descriptor) }
  }
}

/// Writes all bytes of a text; what a full or closed descriptor does not take is dropped.
func writeWhole(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var offset = 0
    while offset < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[offset...])
      let written = unsafe Foundation.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { return }
      offset += written
    }
  }
}
