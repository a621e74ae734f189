import Configuration
import Foundation
import JobLedger

/// Inboxes that were taken out of the configuration while archives that came through them were in
/// work: what is begun is finished, as the jobs of files are, under the settings that it began with.
///
/// Their folders are left alone; only what was unpacked is looked after.
extension Spool {
  /// The inboxes that are configured, and those that are finished with.
  var inboxesAtWork: [Inbox] { settings.inboxes + retired }

  /// The names of inboxes that are no longer configured and not yet finished with.
  package var retiredInboxes: [String] { retired.map(\.name) }

  /// An inbox by its name, also one that is finished with.
  func inbox(named name: String) -> Inbox? { inboxesAtWork.first { $0.name == name } }

  /// Makes sure that the files of an archive have an inbox whose settings they follow.
  func retainInbox(of job: JobRecord) {
    guard inbox(named: job.inbox) == nil,
      let inbox = try? JSONDecoder().decode(Inbox.self, from: Data(job.recipeBody.utf8))
    else { return }
    retired.append(inbox)
    openDesks()
  }

  /// Lets go of inboxes that nothing is left of.
  func dismissRetired() {
    for inbox in retired where !drops.values.contains(where: { $0.inbox == inbox.name }) {
      retired.removeAll { $0.name == inbox.name }
      forget(inbox: inbox.name)
    }
  }
}
