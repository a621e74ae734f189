import Foundation
package import JobLedger

/// What the ledger knows of a job, kept beside its files: should the ledger be lost, it is built
/// anew from the cards.
///
/// One is written into the work folder before the first file is claimed, and says where the files
/// came from. The one of a job at rest is written before its originals leave the work folder, stays
/// for good, and says with which contents, recipe and version the job came to its end.
package struct JobCard: Codable, Equatable {
  /// The version of this form.
  package var version = 1
  /// The job as it stood when the card was written.
  package var job: JobRecord
  /// Its files.
  package var files: [FileRecord]
  /// Seconds since 1970 when its originals were removed on purpose, or are about to be.
  package var originalsRemovedAt: Double?

  /// Creates a card.
  package init(job: JobRecord, files: [FileRecord], originalsRemovedAt: Double? = nil) {
    self.job = job
    self.files = files
    self.originalsRemovedAt = originalsRemovedAt
  }

  /// Reads a card; nil when it is none, or not that of the job.
  package init?(_ bytes: [UInt8], of job: String) {
    guard let card = try? JSONDecoder().decode(JobCard.self, from: Data(bytes)),
      card.version == 1, card.job.id == job,
      card.files.allSatisfy({ $0.job == job && Self.isBelow($0.name) })
    else { return nil }
    self = card
  }

  /// Whether a name leads no further than the folder that it is below: a card may be damaged.
  private static func isBelow(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }
}
