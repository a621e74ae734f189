internal import Recipes

/// Keeps folders apart that would feed one another.
///
/// Two inboxes may share an outbox; any other two folders have to be different, and none may lie
/// inside another. Only the paths are compared: links are for the start of the service to find.
enum FolderRules {
  private struct Folder {
    let words: String
    let path: String
    let place: Place
    let isOutbox: Bool
  }

  /// Notes every pair of folders that is the same or nested.
  ///
  /// - Parameters:
  ///   - state: The state folder.
  ///   - place: Where it is written.
  ///   - inboxes: The inboxes of the file.
  ///   - defaults: The inboxes that stand in for those of the file when it names none.
  ///   - mistakes: Told of the mistakes.
  static func check(
    state: String, at place: Place, inboxes: [InboxReader.Entry], defaults: [Inbox],
    mistakes: Mistakes
  ) {
    var folders = [Folder(words: "the state folder", path: state, place: place, isOutbox: false)]
    let entries =
      inboxes + defaults.map { InboxReader.Entry(inbox: $0, path: place, outbox: place) }
    for entry in entries {
      let name = entry.inbox.name
      folders.append(
        Folder(
          words: "the inbox '\(name)'", path: entry.inbox.path, place: entry.path, isOutbox: false))
      folders.append(
        Folder(
          words: "the outbox of '\(name)'", path: entry.inbox.outbox, place: entry.outbox,
          isOutbox: true))
    }
    for (position, later) in folders.enumerated() {
      for earlier in folders[..<position] {
        guard let relation = relation(later, earlier) else { continue }
        mistakes.note(
          "\(later.words) \(relation) \(earlier.words), '\(earlier.path)'; "
            + "inboxes, outboxes and the state folder have to lie apart", at: later.place)
      }
    }
  }

  private static func relation(_ a: Folder, _ b: Folder) -> String? {
    if a.path == b.path { return a.isOutbox && b.isOutbox ? nil : "is the same folder as" }
    if FolderPath.isInside(a.path, b.path) { return "lies inside" }
    return FolderPath.isInside(b.path, a.path) ? "contains" : nil
  }
}
