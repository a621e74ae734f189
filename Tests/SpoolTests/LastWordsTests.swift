import Spool
import Testing

@Suite("A worker's last words")
struct LastWordsTests {
  @Test("What a library or a crash report says of a scan is withheld and counted")
  func withheld() {
    let told = LastWords.told(of: [
      "W: DcmItem: element (0010,0010) has the value DOE^JANE", "rax 0x444f455e4a414e45 DOE^JANE",
      "Restoration/N4.swift:12: Fatal error: Index out of range", "",
    ])
    #expect(
      told == ["Fatal error: Index out of range", "3 lines withheld: they may quote the scan"])
  }

  @Test("A message of our own behind the runtime's phrase is cut off")
  func message() {
    #expect(LastWords.told(of: ["x.swift:3: Fatal error: no slice of DOE^JANE"]) == ["Fatal error"])
    #expect(LastWords.told(of: ["malloc(): DOE^JANE"]) == ["malloc()"])
  }

  @Test("Only the last ten lines count")
  func last() {
    #expect(
      LastWords.told(of: (0..<40).map { "line \($0)" })
        == ["10 lines withheld: they may quote the scan"])
    #expect(LastWords.told(of: []).isEmpty)
  }
}
