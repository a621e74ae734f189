import ScanModel
public import Worker

/// Starts workers; what the spool knows of processes.
///
/// The default runs them on this machine. Because a job is a folder and a request, whatever can
/// start a process that sees the folder can stand behind this.
public protocol Executor: Sendable {
  /// How many probes may be started now.
  var freeProbes: Int { get }
  /// How many jobs may be started now.
  var freeJobs: Int { get }
  /// Starts an assignment; the news of it comes by `takeNews`.
  func start(_ assignment: Assignment)
  /// Ends an assignment; its last news is `.lost`.
  func cancel(_ id: String)
  /// Everything that happened since the last call, in order.
  func takeNews() -> [WorkerNews]
  /// Ends all workers.
  func shutDown()
}

/// Something for a worker to do.
public struct Assignment: Sendable {
  /// Names the assignment; the news of it bears the name.
  public var id: String
  /// Which attempt at it this is; the news of it says the same, and news of an older one is void.
  public var attempt: String
  /// What is asked.
  public var request: WorkerRequest
  /// Seconds after which the worker is ended; each file that was looked at gives it as many anew.
  public var timeLimit: Double
  /// Bytes of memory that the worker may take.
  public var memoryLimit: Int
  /// Whether a worker was lost over it before: it may keep others from nothing.
  public var isSuspect = false

  /// Creates an assignment.
  public init(
    id: String, attempt: String = "1", request: WorkerRequest, timeLimit: Double, memoryLimit: Int
  ) {
    self.id = id
    self.attempt = attempt
    self.request = request
    self.timeLimit = timeLimit
    self.memoryLimit = memoryLimit
  }
}

/// What happened to an assignment.
public struct WorkerNews: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// The worker said something; a `restored`, a `refused`, an `unpacked`, a `tried` or the last
    /// `probed` ends the assignment.
    case reply(WorkerReply)
    /// The worker ended before it was done: it crashed, was ended at a limit, or was cancelled.
    case lost(WorkerLoss)
  }

  /// The assignment.
  public var id: String
  /// Which attempt at it.
  public var attempt: String
  /// What happened.
  public var kind: Kind

  /// Creates news of an assignment.
  public init(of assignment: Assignment, kind: Kind) {
    id = assignment.id
    attempt = assignment.attempt
    self.kind = kind
  }
}

/// How a worker was lost.
public struct WorkerLoss: Sendable, Equatable {
  /// Why.
  public enum Cause: Sendable, Equatable {
    /// It ended by a signal, such as a segmentation fault.
    case signal(Int32)
    /// It ended with a status of its own.
    case exit(Int32)
    /// It took longer than it may.
    case timeLimit(Double)
    /// The spool ended it.
    case cancelled
    /// It could not be started; the reason is the system's.
    case notStarted(String)
  }

  /// Why.
  public var cause: Cause
  /// The last lines that it wrote to its standard error.
  public var lastWords: [String]
  /// What it used; nil when it never ran.
  public var use: ResourceUse?

  /// Creates a loss.
  public init(_ cause: Cause, lastWords: [String] = [], use: ResourceUse? = nil) {
    self.cause = cause
    self.lastWords = lastWords
    self.use = use
  }

  /// The loss in words.
  public var description: String {
    switch cause {
    case .signal(let number): "the worker was ended by signal \(number)"
    case .exit(let status): "the worker ended with status \(status)"
    case .timeLimit(let seconds): "the worker took longer than \(Int(seconds)) s"
    case .cancelled: "the worker was stopped"
    case .notStarted(let reason): "no worker could be started: \(reason)"
    }
  }
}
