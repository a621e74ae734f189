import EventLog
import Foundation
import JobLedger

/// A job as lists and scripts show it.
struct JobSheet: Encodable {
  var job: String
  var state: String
  var inbox: String
  var format: String
  var modality: String
  var recipe: String?
  var attempts: Int
  var reason: String?
  var duplicateOf: String?
  /// Which result of its series it is, from the second on.
  var revision: Int?
  var supersedes: String?
  /// The job that superseded it; only told of a single job.
  var supersededBy: String?
  var created: String
  var finished: String?
  var files: [File]?

  struct File: Encodable {
    var name: String
    var bytes: Int
    var sha256: String
  }

  enum CodingKeys: String, CodingKey {
    case job, state, inbox, format, modality, recipe, attempts, reason
    case duplicateOf = "duplicate_of"
    case revision, supersedes
    case supersededBy = "superseded_by"
    case created, finished, files
  }

  init(_ record: JobRecord, files: [FileRecord]? = nil, successor: String? = nil) {
    revision = record.revision
    supersedes = record.supersedes
    supersededBy = successor
    job = record.id
    state = record.state.rawValue
    inbox = record.inbox
    format = record.format
    modality = record.modality
    recipe = record.recipe.isEmpty ? nil : record.recipe
    attempts = record.attempts
    reason = record.reason.isEmpty ? nil : record.reason
    duplicateOf = record.duplicateOf.isEmpty ? nil : record.duplicateOf
    created = Timestamp.text(Date(timeIntervalSince1970: record.createdAt))
    finished = record.finishedAt.map { Timestamp.text(Date(timeIntervalSince1970: $0)) }
    self.files = files?.map { File(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) }
  }

  /// One line for a list.
  var line: String {
    let state = self.state.padding(toLength: 10, withPad: " ", startingAt: 0)
    let recipe = (self.recipe ?? "-").padding(toLength: 14, withPad: " ", startingAt: 0)
    let note = reason ?? supersedes.map { "supersedes \($0)" }
    return "\(job)  \(state) \(recipe) \(note ?? "")"
  }

  /// Several lines for one job.
  var text: String {
    var lines = [
      job, "  state     \(state)", "  inbox     \(inbox)", "  format    \(format)",
      "  modality  \(modality)", "  recipe    \(recipe ?? "none")", "  attempts  \(attempts)",
      "  created   \(created)",
    ]
    if let finished { lines.append("  finished  \(finished)") }
    if let reason { lines.append("  reason    \(reason)") }
    if let supersedes {
      lines.append("  revision  \(revision ?? 1) of its series, supersedes \(supersedes)")
    }
    if let supersededBy { lines.append("  superseded by \(supersededBy)") }
    for file in files ?? [] {
      lines.append("  file      \(file.name)  \(file.bytes) bytes  \(file.sha256.prefix(12))")
    }
    return lines.joined(separator: "\n")
  }
}
