internal import Recipes

/// Reads the sections of a configuration file; mistakes are noted and reading goes on.
struct SettingsReader {
  /// The folder that relative paths start from.
  let directory: String

  /// Reads the whole file.
  func settings(_ field: Field) -> Settings {
    let known = ["state", "inboxes", "workers", "limits", "recipes", "log", "http"]
    guard let section = Section(field, known: known) else { return Settings(in: directory) }
    let recipes = section["recipes"].map(RecipeReader.recipes) ?? []
    let inboxReader = InboxReader(directory: directory, book: RecipeBook(own: recipes))
    let inboxes = section["inboxes"].map(inboxReader.inboxes)
    let settings = Settings(
      in: directory, state: section["state"].flatMap { $0.folder(in: directory) },
      inboxes: inboxes.map { $0.map(\.inbox) }, workers: section["workers"].map(workers) ?? .auto,
      limits: section["limits"].map(limits) ?? Limits(), recipes: recipes,
      log: section["log"].map(log) ?? LogSettings(), http: section["http"].flatMap(http))
    FolderRules.check(
      state: settings.state, at: section["state"]?.place ?? section.place, inboxes: inboxes ?? [],
      defaults: inboxes == nil ? settings.inboxes : [], mistakes: section.mistakes)
    return settings
  }

  private func workers(_ field: Field) -> WorkerCount {
    if field.written == "auto" { return .auto }
    return field.integer(in: 1...1024, or: "auto").map(WorkerCount.count) ?? .auto
  }

  private func limits(_ field: Field) -> Limits {
    var limits = Limits()
    guard let section = Section(field, known: ["memory", "time", "attempts"]) else { return limits }
    limits.memory = section["memory"]?.bytes(in: (64 << 20)...(64 << 40)) ?? limits.memory
    limits.time = section["time"]?.duration(in: .seconds(1)...Self.week) ?? limits.time
    limits.attempts = section["attempts"]?.integer(in: 1...100) ?? limits.attempts
    return limits
  }

  private func log(_ field: Field) -> LogSettings {
    var log = LogSettings()
    guard let section = Section(field, known: ["level", "format", "names"]) else { return log }
    log.level = section["level"]?.choice() ?? log.level
    log.format = section["format"]?.choice() ?? log.format
    log.names = section["names"]?.flag() ?? log.names
    return log
  }

  private func http(_ field: Field) -> HTTPSettings? {
    if field.scalar == .flag(false) { return nil }
    guard let section = Section(field, known: ["listen"]) else { return nil }
    guard let listen = section["listen"] else { return HTTPSettings() }
    guard let text = listen.written, let http = HTTPSettings(listen: text) else {
      listen.expected("an address and a port from 0 to 65535: 127.0.0.1:8484, [::1]:8484")
      return nil
    }
    return http
  }

  static let week = Duration.seconds(7 * 86_400)
}
