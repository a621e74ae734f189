public import Foundation
public import Logging

/// One event as it is written down.
public struct EventRecord: Sendable {
  /// When, to the microsecond.
  public var moment: Date
  /// How much it matters.
  public var level: Logger.Level
  /// What happened, by its stable name; nil for a library's own message.
  public var event: String?
  /// The same in words, for people; never a file's name nor anything personal.
  public var message: String
  /// The facts, `job` and `inbox` among them.
  public var fields: [String: EventField]

  /// Creates a record.
  public init(
    moment: Date, level: Logger.Level, event: String?, message: String,
    fields: [String: EventField]
  ) {
    self.moment = moment
    self.level = level
    self.event = event
    self.message = message
    self.fields = fields
  }

  /// The five levels that users see.
  public var levelName: String {
    switch level {
    case .trace, .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .error, .critical: "error"
    }
  }

  /// The record as one line of JSON: time, level, name and words first, then job, inbox and the
  /// rest by name.
  ///
  /// - Parameter names: How file names are shown.
  /// - Returns: The line without a line break.
  public func jsonLine(names: NamePolicy) -> String {
    var members = [
      ("ts", JSONText.quoted(Timestamp.text(moment))),
      ("level", JSONText.quoted(levelName)),
      ("event", JSONText.quoted(event ?? "message")),
      ("msg", JSONText.quoted(message)),
    ]
    for key in orderedKeys {
      if let field = fields[key] { members.append((key, JSONText.value(field, names: names))) }
    }
    return "{" + members.map { "\(JSONText.quoted($0)):\($1)" }.joined(separator: ",") + "}"
  }

  /// The names of the fields: job and inbox first, the rest by name.
  var orderedKeys: [String] {
    let first = ["job", "inbox"].filter { fields[$0] != nil }
    return first + fields.keys.filter { !first.contains($0) }.sorted()
  }
}
