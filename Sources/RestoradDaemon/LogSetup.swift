public import Configuration
import EventLog
import Foundation
import Glibc
public import Logging

/// Opens the log in the form that the configuration and the surroundings ask for.
public func makeLogger(_ settings: LogSettings) -> Logger {
  let names: NamePolicy = settings.names ? .shown : .hidden()
  let sink = logSink(settings.format, names: names)
  let level = leastLevel(settings.level)
  return Logger(label: "restorad") { _ in EventLogHandler(level: level, sinks: [sink]) }
}

private func leastLevel(_ level: LogSettings.Level) -> Logger.Level {
  switch level {
  case .debug: .debug
  case .info: .info
  case .notice: .notice
  case .warning: .warning
  case .error: .error
  }
}

private func logSink(_ format: LogSettings.Format, names: NamePolicy) -> any EventSink {
  let text = TextSink(descriptor: STDERR_FILENO, names: names)
  let json = JSONLinesSink(descriptor: STDERR_FILENO, names: names)
  switch format {
  case .text: return text
  case .json: return json
  case .journal: return JournalSink(names: names) ?? json
  case .auto:
    if isJournal(STDERR_FILENO), let journal = JournalSink(names: names) { return journal }
    return isatty(STDERR_FILENO) == 1 ? text : json
  }
}

/// Whether what is written there ends up in the journal.
///
/// systemd names the device and file number of the stream that it reads; the mere presence of that
/// variable says nothing, for shells and terminals inherit it.
/// - SeeAlso: systemd.exec(5), `$JOURNAL_STREAM`.
private func isJournal(_ descriptor: Int32) -> Bool {
  guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] else { return false }
  var info = stat()
  guard unsafe fstat(descriptor, &info) == 0 else { return false }
  return stream == "\(info.st_dev):\(info.st_ino)"
}
