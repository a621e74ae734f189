/// One way in which what stands on the disk is not what the ledger or a manifest says.
public struct RestFinding: Sendable, Equatable, Encodable {
  /// Where a job's files stand.
  public enum Place: String, Sendable, Encodable {
    /// Originals of a job in progress.
    case work
    /// Originals of a job that is done.
    case archive
    /// Originals of a job that failed.
    case quarantine
    /// The result.
    case outbox
  }

  /// What was found.
  public enum Kind: String, Sendable, Encodable {
    /// A file that ought to be there is not.
    case missing
    /// Its bytes are not those that were written.
    case changed
    /// A file or folder that nothing explains.
    case surplus
    /// The disk did not let it be read.
    case unreadable
    /// The whole result folder is no longer in the outbox: someone took it away.
    case taken
    /// `prune` has begun to remove the originals, and was cut off.
    case removing
    /// No hash is known to hold it against: the ledger was built anew without its card.
    case unknown
  }

  /// The job.
  public var job: String
  /// Where.
  public var place: Place
  /// The file below the job's folder, as an encoded path; nil for the folder as a whole.
  public var path: String?
  /// What.
  public var finding: Kind

  /// Whether something is wrong, rather than only worth saying.
  ///
  /// Results belong to those who asked for them: they may be taken away whole, and files may be put
  /// beside them.
  public var isDamage: Bool {
    switch finding {
    case .missing, .changed, .unreadable: true
    case .surplus: place != .outbox
    case .taken, .removing, .unknown: false
    }
  }

  /// The finding in a line.
  public var text: String {
    let name = path.map { "/\($0)" } ?? ""
    return "\(finding.rawValue)  \(place.rawValue) \(job)\(name)"
  }
}

/// What was found of one job.
public struct RestVerdict: Sendable, Equatable {
  /// What is not as it should be.
  public var findings: [RestFinding] = []
  /// How many files were read.
  public var files = 0
  /// How many bytes were read.
  public var bytes = 0

  /// Whether something is wrong.
  public var isDamaged: Bool { findings.contains(where: \.isDamage) }
}
