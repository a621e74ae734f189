import EventLog
import JobLedger
import Worker

extension JobRecord {
  /// What events say of a job that supersedes another; nothing for a first one.
  var revisionFields: [String: EventField] {
    guard let supersedes else { return [:] }
    return ["supersedes": .text(supersedes), "revision": .integer(revision ?? 1)]
  }
}

extension Spool {
  /// What a worker has to know of the result that a job supersedes; nil for a first one.
  func revisionRequest(of job: JobRecord) throws -> RestoreRequest.Revision? {
    guard job.supersedes != nil else { return nil }
    return RestoreRequest.Revision(
      number: job.revision ?? 1,
      superseded: try predecessor(of: job).map {
        RestoreRequest.Revision.Origin(
          recipeSHA256: $0.recipeHash, version: $0.version, number: $0.revision ?? 1)
      })
  }
}
