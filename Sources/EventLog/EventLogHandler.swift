import Foundation
public import Logging

/// swift-log's messages as events for our sinks.
public struct EventLogHandler: LogHandler {
  /// The least level that is written.
  public var logLevel: Logger.Level
  /// Facts that go with every event.
  public var metadata: Logger.Metadata = [:]
  private let sinks: [any EventSink]

  /// Creates a handler that writes to all of the sinks.
  public init(level: Logger.Level, sinks: [any EventSink]) {
    self.logLevel = level
    self.sinks = sinks
  }

  /// The fact of that name.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one event.
  public func log(event: Logging.LogEvent) {
    var fields = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues(EventField.init)
    if let error = event.error { fields["error"] = .text("\(error)") }
    let name = fields.removeValue(forKey: Logger.eventKey)
    let record = EventRecord(
      moment: Date(), level: event.level, event: name.flatMap(\.text),
      message: event.message.description, fields: fields)
    for sink in sinks { sink.write(record) }
  }
}

extension EventField {
  fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
}

extension Logger {
  static let eventKey = "event"

  /// Notes that something happened.
  ///
  /// - Parameters:
  ///   - name: What, by its stable name.
  ///   - level: How much it matters.
  ///   - message: The same in words for people, without file names or anything personal.
  ///   - fields: The facts.
  public func event(
    _ name: EventName, _ level: Logger.Level, _ message: String,
    _ fields: [String: EventField] = [:]
  ) {
    var metadata = fields.mapValues(\.metadataValue)
    metadata[Self.eventKey] = .string(name.rawValue)
    log(level: level, "\(message)", metadata: metadata)
  }
}
