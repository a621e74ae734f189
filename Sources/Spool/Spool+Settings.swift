public import Configuration
import Disk
import InboxWatch
import Recipes
import SystemPackage

/// The configuration in force, and the desks that it asks for.
extension Spool {
  /// Takes a new configuration: running jobs keep their recipe, a removed inbox finishes what it
  /// has.
  public func reload(_ settings: Settings) {
    let before = Dictionary(self.settings.inboxes.map { ($0.name, $0) }) { first, _ in first }
    let oldBook = book
    self.settings = settings
    book = settings.book
    for inbox in settings.inboxes {
      guard let old = before[inbox.name] else { continue }
      // What is known of files elsewhere, or of headers of which less was asked, says nothing now.
      let isElsewhere = old.path != inbox.path || old.watch != inbox.watch
      let isAskedOtherwise =
        oldBook.question(recipe: old.recipe, assuming: old.assume)
        != book.question(recipe: inbox.recipe, assuming: inbox.assume)
      if isElsewhere || isAskedOtherwise { forget(inbox: inbox.name) }
    }
    let names = Set(settings.inboxes.map(\.name))
    for (name, inbox) in before where !names.contains(name) {
      forget(inbox: name)
      if drops.values.contains(where: { $0.inbox == name }) { retired.append(inbox) }
    }
    for inbox in retired where names.contains(inbox.name) { forget(inbox: inbox.name) }
    retired.removeAll { names.contains($0.name) }
    for path in settings.inboxes.flatMap({ [$0.path, $0.outbox] }) {
      // What cannot be made is told by the next look, and by publishing.
      try? disk.makeFolder(FilePath(path))
    }
    openDesks()
  }

  /// Begins anew with an inbox, as at a start: no file is lost, for none was touched yet.
  func forget(inbox name: String) {
    desks[name] = nil
    watches[name] = nil
    lastLook[name] = nil
    lookWanted.remove(name)
    unavailable.remove(name)
    // A verdict that is still to come is about a file of before.
    for (id, task) in probes where task.inbox == name { probes[id] = nil }
    forgetRecollections { $0.inbox == name }
  }

  func openDesks() {
    let known = desks
    desks = [:]
    for inbox in inboxesAtWork {
      let file = inbox.settle.file.seconds
      let longest = inbox.settle.longest.seconds
      let series = inbox.settle.series.seconds
      let incomplete = isOnce ? min(longest, 5 * file) : longest
      // A series that is only held can be joined later; one that is processed cannot.
      let lacking = isOnce || inbox.incomplete == .process ? incomplete : min(longest, 6 * series)
      let patience = InboxDesk.Patience(
        file: file, series: series, longest: longest, incomplete: incomplete,
        holes: min(incomplete, 6 * series), lacking: max(series, lacking),
        sidecar: inbox.assume["Modality"] == nil ? series : 0)
      if let desk = known[inbox.name], desk.patience == patience {
        desks[inbox.name] = desk
      } else {
        desks[inbox.name] = InboxDesk(patience: patience)
      }
    }
    for name in watches.keys where desks[name] == nil { watches[name] = nil }
  }
}
