import Disk
import InboxWatch
import RestoradTestSupport
import SystemPackage
import Testing

@Suite("Quiet files")
struct QuietTrackerTests {
  private func file(
    _ name: String = "a", size: Int = 1, modified: Int = 1, changed: Int = 1, inode: UInt64 = 1
  ) -> FoundFile {
    FoundFile(
      path: FilePath(name),
      status: FileStatus(
        kind: .file, size: size, modified: modified, changed: changed, inode: inode, device: 1))
  }

  @Test("A file is quiet once two looks far enough apart found it the same")
  func settles() {
    var tracker = QuietTracker()
    #expect(tracker.observe([file()], at: 10, settle: 2).new.count == 1)
    #expect(tracker.observe([file()], at: 11.9, settle: 2).quiet.isEmpty)
    #expect(tracker.observe([file()], at: 12, settle: 2).quiet.count == 1)
    #expect(tracker.observe([file()], at: 13, settle: 2).quiet.isEmpty)
    #expect(tracker.nextDeadline(settle: 2) == nil)
  }

  @Test("One look is never enough, even when nothing has to settle")
  func twoLooks() {
    var tracker = QuietTracker()
    #expect(tracker.observe([file(modified: 0)], at: 1000, settle: 0).quiet.isEmpty)
    #expect(tracker.observe([file(modified: 0)], at: 1000, settle: 0).quiet.count == 1)
  }

  @Test("A file that changes between any two looks is never quiet", arguments: 0..<4)
  func changing(_ what: Int) {
    var tracker = QuietTracker()
    for look in 1...50 {
      let found =
        switch what {
        case 0: file(size: look)
        case 1: file(modified: look)
        case 2: file(changed: look)
        default: file(inode: UInt64(look))
        }
      #expect(tracker.observe([found], at: Double(10 * look), settle: 2).quiet.isEmpty)
    }
  }

  @Test("Renaming another file over a quiet one starts it afresh")
  func renameOver() {
    var tracker = QuietTracker()
    _ = tracker.observe([file()], at: 0, settle: 1)
    _ = tracker.observe([file()], at: 1, settle: 1)
    let change = tracker.observe([file(inode: 2)], at: 2, settle: 1)
    #expect(change.disturbed == ["a"] && change.new.isEmpty)
    #expect(tracker.observe([file(inode: 2)], at: 3, settle: 1).quiet.count == 1)
  }

  @Test("A file that went and came back waits anew")
  func gone() {
    var tracker = QuietTracker()
    _ = tracker.observe([file()], at: 0, settle: 2)
    #expect(tracker.observe([], at: 1, settle: 2).gone == ["a"])
    #expect(tracker.count == 0)
    #expect(tracker.observe([file()], at: 2, settle: 2).new.count == 1)
    #expect(tracker.observe([file()], at: 3, settle: 2).quiet.isEmpty)
    tracker.forget("a")
    #expect(tracker.observe([file()], at: 9, settle: 2).new.count == 1)
  }
}
