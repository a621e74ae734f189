import EventLog
import Foundation
import Glibc
import Logging
import RestoradTestSupport
import Testing

@Suite("Events")
struct EventRecordTests {
  private func record(_ fields: [String: EventField]) -> EventRecord {
    EventRecord(
      moment: Date(timeIntervalSince1970: 1_795_000_000.25), level: .info, event: "job.queued",
      message: "it \"waits\"\n", fields: fields)
  }

  @Test("An event is one line of JSON: time, level, name, words, job, inbox, then the rest")
  func line() throws {
    let line = record([
      "seconds": .number(1.5), "job": .text("j"), "inbox": .text("i"), "bad": .number(.infinity),
      "list": .list([.integer(1), .flag(true)]), "object": .object(["b": .text("\u{1}")]),
    ]).jsonLine(names: .shown)
    #expect(
      line == #"{"ts":"2026-11-18T11:06:40.250000Z","level":"info","event":"job.queued","#
        + #""msg":"it \"waits\"\n","job":"j","inbox":"i","bad":null,"list":[1,true],"#
        + #""object":{"b":"\u0001"},"seconds":1.5}"#)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test("A hidden name is a mark that is the same for the same name and gives nothing away")
  func names() {
    let hidden = NamePolicy.hidden()
    let a = record(["name": .fileName("Zwetschge.dcm")]).jsonLine(names: hidden)
    let b = record(["name": .fileName("Zwetschge.dcm")]).jsonLine(names: hidden)
    let c = record(["name": .fileName("Pflaume.dcm")]).jsonLine(names: hidden)
    #expect(a == b && a != c && !a.contains("Zwetschge"))
    #expect(a != record(["name": .fileName("Zwetschge.dcm")]).jsonLine(names: .hidden()))
    let shown = record(["name": .fileName("Zwetschge.dcm")]).jsonLine(names: .shown)
    #expect(shown.contains("Zwetschge.dcm"))
  }

  @Test("The names of events are those of the contract")
  func events() {
    let names = Set(EventName.allCases.map(\.rawValue))
    let promised = [
      "daemon.ready", "daemon.stopping", "config.loaded", "config.refused", "inbox.watching",
      "file.seen", "file.ignored", "file.quarantined", "series.complete", "job.queued",
      "job.started", "step.finished", "job.published", "job.duplicate", "job.skipped", "job.held",
      "job.deferred", "job.failed", "worker.crashed", "spool.low", "watch.overflow",
    ]
    #expect(names.isSuperset(of: promised))
  }

  @Test(
    "Moments are RFC 3339 in UTC, also before 1970 and on leap days",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
      (951_782_400, "2000-02-29T00:00:00.000000Z"), (4_107_542_399, "2100-02-28T23:59:59.000000Z"),
    ])
  func moments(_ seconds: Int, _ text: String) {
    #expect(Timestamp.text(Date(timeIntervalSince1970: Double(seconds))) == text)
  }

  @Test("A moment just below a second is not carried into it by half")
  func rounding() {
    #expect(
      Timestamp.text(Date(timeIntervalSince1970: 0.999_999_9)) == "1970-01-01T00:00:01.000000Z")
    #expect(Timestamp.compact(Date(timeIntervalSince1970: 1_795_000_000)) == "20261118T110640Z")
  }

  @Test("A sink writes what a logger is told, from its level on")
  func sink() throws {
    let scratch = try ScratchFolder()
    let file = unsafe open(scratch.path + "/log", O_WRONLY | O_CREAT, 0o600)
    let log = Logger(label: "x") { _ in
      EventLogHandler(level: .notice, sinks: [JSONLinesSink(descriptor: file, names: .shown)])
    }
    log.event(.jobQueued, .info, "below the level")
    log.event(.jobFailed, .error, "it failed", ["files": .integer(2)])
    log.warning("a library speaks")
    close(file)
    let lines = try String(contentsOfFile: scratch.path + "/log", encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains(#""event":"job.failed","msg":"it failed","files":2"#) == true)
    #expect(lines.last?.contains(#""event":"message""#) == true)
  }

  @Test("The journal gets fields of its own, with values of several lines by length")
  func journal() {
    guard let sink = JournalSink(names: .hidden(), socket: "/dev/log") else { return }
    let bytes = sink.datagram(for: record(["job": .text("j")]))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("RESTORAD_EVENT=job.queued\n") && text.contains("RESTORAD_JOB=j\n"))
    #expect(text.hasPrefix("MESSAGE\n"))
  }
}
