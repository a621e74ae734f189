public import Recipes

/// What a configuration file says, with everything filled in that it leaves open.
///
/// Every default of the service stands here and in the sections beside it, and nowhere else.
public struct Settings: Sendable, Equatable {
  /// The folder of the ledger, work folders, archive and quarantine; absolute.
  public var state: String
  /// The watched folders; at least one.
  public var inboxes: [Inbox]
  /// How many worker processes run at the same time.
  public var workers: WorkerCount
  /// What one job may use.
  public var limits: Limits
  /// The recipes of the configuration, in order, without those built in.
  public var recipes: [Recipe]
  /// What is logged and how.
  public var log: LogSettings
  /// The status page; nil when it is off.
  public var http: HTTPSettings?

  /// Creates settings; without arguments those of a service that nobody configured.
  ///
  /// - Parameters:
  ///   - directory: The absolute folder in which `./state`, `./inbox` and `./outbox` lie.
  ///   - state: The state folder; nil for `./state`.
  ///   - inboxes: The inboxes; nil for `./inbox`, with the outbox `./outbox`.
  ///   - workers: How many workers.
  ///   - limits: What one job may use.
  ///   - recipes: The recipes.
  ///   - log: What is logged.
  ///   - http: The status page.
  public init(
    in directory: String, state: String? = nil, inboxes: [Inbox]? = nil,
    workers: WorkerCount = .auto, limits: Limits = Limits(), recipes: [Recipe] = [],
    log: LogSettings = LogSettings(), http: HTTPSettings? = nil
  ) {
    self.state = state ?? FolderPath.absolute("./state", in: directory)
    self.inboxes =
      inboxes ?? [
        Inbox(
          name: "inbox", path: FolderPath.absolute("./inbox", in: directory),
          outbox: FolderPath.absolute("./outbox", in: directory))
      ]
    self.workers = workers
    self.limits = limits
    self.recipes = recipes
    self.log = log
    self.http = http
  }

  /// The recipes of the configuration, followed by those built in.
  public var book: RecipeBook { RecipeBook(own: recipes) }
}
