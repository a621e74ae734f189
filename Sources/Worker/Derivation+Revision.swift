import DicomFormat

extension Derivation {
  /// Notes that a result supersedes an earlier one of its series.
  mutating func note(_ revision: RestoreRequest.Revision) {
    self.revision = revision.number
    // k of Series Number = source × 1000 + k: the results of a series stay apart in the study.
    seriesNumberOffset = min(max(revision.number, 1), 999)
    predecessor = revision.superseded.map {
      Predecessor(recipeSHA256: $0.recipeSHA256, version: $0.version, revision: $0.number)
    }
  }
}
