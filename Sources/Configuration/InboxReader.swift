internal import Recipes

/// Reads the inboxes of a configuration file.
struct InboxReader {
  /// The folder that relative paths start from.
  let directory: String
  /// The recipes that inboxes may name.
  let book: RecipeBook

  /// An inbox and where its folders are written.
  struct Entry {
    var inbox: Inbox
    var path: Place
    var outbox: Place
  }

  /// Reads the list; mistakes are noted.
  func inboxes(_ field: Field) -> [Entry] {
    guard let elements = field.elements, !elements.isEmpty else {
      field.expected("a list of at least one inbox")
      return []
    }
    var names: Set<String> = []
    return elements.compactMap { element in
      let element = Field("an inbox", element.node, near: element.place, mistakes: field.mistakes)
      guard let section = Section(element, known: Self.keys), let entry = entry(section) else {
        return nil
      }
      if !names.insert(entry.inbox.name).inserted {
        let place = section["name"]?.place ?? section.place
        section.mistakes.note("there are two inboxes named '\(entry.inbox.name)'", at: place)
      }
      return entry
    }
  }

  private static let keys = [
    "name", "path", "outbox", "recipe", "settle", "watch", "poll", "originals", "duplicates",
    "incomplete", "assume",
  ]

  private func entry(_ section: Section) -> Entry? {
    let path = folder("path", section)
    let outbox = folder("outbox", section)
    var inbox = Inbox(name: "", path: path ?? "", outbox: outbox ?? "")
    inbox.recipe = section["recipe"].flatMap(recipe) ?? inbox.recipe
    inbox.settle = section["settle"].map(settle) ?? inbox.settle
    inbox.watch = section["watch"]?.choice() ?? inbox.watch
    inbox.poll =
      section["poll"]?.duration(in: .milliseconds(50)...Self.day) ?? inbox.poll
    inbox.originals = section["originals"]?.choice() ?? inbox.originals
    inbox.duplicates = section["duplicates"]?.choice() ?? inbox.duplicates
    inbox.incomplete = section["incomplete"]?.choice() ?? inbox.incomplete
    inbox.assume = section["assume"].map(AssumptionReader.assumptions) ?? [:]
    guard let name = name(section, path), path != nil, outbox != nil else { return nil }
    inbox.name = name
    return Entry(
      inbox: inbox, path: section["path"]?.place ?? section.place,
      outbox: section["outbox"]?.place ?? section.place)
  }

  private func folder(_ key: String, _ section: Section) -> String? {
    guard let field = section[key] else {
      section.mistakes.note("an inbox needs '\(key)', a folder", at: section.place)
      return nil
    }
    return field.folder(in: directory)
  }

  /// The name that is given, else the folder's.
  private func name(_ section: Section, _ path: String?) -> String? {
    guard let field = section["name"] else {
      guard let path else { return nil }
      if RecipeName.isAllowed(FolderPath.name(path)) { return FolderPath.name(path) }
      section.mistakes.note("an inbox whose folder has such a name needs 'name'", at: section.place)
      return nil
    }
    guard let name = field.text("a name") else { return nil }
    if RecipeName.isAllowed(name) { return name }
    field.refuse("'\(name.prefix(40))' is no name for an inbox: \(RecipeName.allowed)")
    return nil
  }

  private func recipe(_ field: Field) -> String? {
    guard let name = field.text("auto, or the name of a recipe") else { return nil }
    if name == "auto" || book.recipe(named: name) != nil { return name }
    let names = ["auto"] + book.recipes.map(\.name)
    field.refuse(
      "there is no recipe '\(name)'\(Suggestion.text(for: name, among: names)) "
        + "(allowed: \(names.joined(separator: ", ")))")
    return nil
  }

  private func settle(_ field: Field) -> Settle {
    var settle = Settle()
    guard let section = Section(field, known: ["file", "series", "longest"]) else { return settle }
    settle.file = section["file"]?.duration(in: .zero...Self.hour) ?? settle.file
    settle.series = section["series"]?.duration(in: .zero...Self.day) ?? settle.series
    settle.longest =
      section["longest"]?.duration(in: .zero...SettingsReader.week) ?? settle.longest
    if settle.longest < settle.file {
      section.mistakes.note(
        "'longest' (\(DurationText.text(settle.longest))) is shorter than 'file' "
          + "(\(DurationText.text(settle.file)))",
        at: section["longest"]?.place ?? section.place)
    }
    return settle
  }

  private static let hour = Duration.seconds(3600)
  private static let day = Duration.seconds(86_400)
}
