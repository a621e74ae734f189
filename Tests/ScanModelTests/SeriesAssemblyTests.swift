import ScanModel
import Testing

@Suite("Assembling a series") struct SeriesAssemblyTests {
  @Test("No instances make no stacks") func empty() {
    #expect(SeriesAssembly(of: []) == SeriesAssembly(stacks: [], problems: []))
  }
}
