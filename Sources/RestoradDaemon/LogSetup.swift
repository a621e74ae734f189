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
    // systemd names the stream that it reads from us; only then is the journal ours to fill.
    if ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil,
      let journal = JournalSink(names: names)
    {
      return journal
    }
    return isatty(STDERR_FILENO) == 1 ? text : json
  }
}
