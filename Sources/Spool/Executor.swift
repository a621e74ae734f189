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
  /// What is asked.
  public var request: WorkerRequest
  /// Seconds after which the worker is ended.
  public var timeLimit: Double
  /// Bytes of memory that the worker may take.
  public var memoryLimit: Int

  /// Creates an assignment.
  public init(id: String, request: WorkerRequest, timeLimit: Double, memoryLimit: Int) {
    self.id = id
    self.request = request
    self.timeLimit = timeLimit
    self.memoryLimit = memoryLimit
  }
}

/// What happened to an assignment.
public struct WorkerNews: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// The worker said something; a `restored`, a `refused` or the last `probed` ends the
    /// assignment.
    case reply(WorkerReply)
    /// The worker ended before it was done: it crashed, was ended at a limit, or was cancelled.
    case lost(WorkerLoss)
  }

  /// The assignment.
  public var id: String
  /// What happened.
  public var kind: Kind

  /// Creates news.
  public init(id: String, kind: Kind) {
    self.id = id
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

  /// Creates a loss.
  public init(_ cause: Cause, lastWords: [String] = []) {
    self.cause = cause
    self.lastWords = lastWords
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
