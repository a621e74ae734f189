import ScanModel
import Testing

@Suite("Assembling frames") struct FrameAssemblyTests {
  private func object(_ number: Int, _ frames: [FrameFacts]) -> DicomFacts {
    var facts = DicomFacts(
      sopClassUID: "1", sopInstanceUID: "5.\(number)", seriesInstanceUID: "2",
      studyInstanceUID: "3", transferSyntaxUID: "4", modality: "MR", instanceNumber: number,
      rows: 4, columns: 4, frames: frames.count)
    facts.frameFacts = frames
    return facts
  }

  private func frame(_ z: Double?, _ distinguishing: [String: String] = [:]) -> FrameFacts {
    FrameFacts(
      imagePosition: z.map { [0, 0, $0] }, imageOrientation: z == nil ? nil : [1, 0, 0, 0, 1, 0],
      distinguishing: distinguishing)
  }

  @Test("Frames of one object are one volume, from the lowest to the highest") func single() {
    let assembly = SeriesAssembly(of: [object(1, [6, 4, 2, 0].map { frame($0) })])
    #expect(assembly.stacks.map(\.members) == [[0, 0, 0, 0]])
    #expect(assembly.stacks.map(\.frames) == [[3, 2, 1, 0]])
    #expect(assembly.stacks[0].sliceSpacing == 2)
    #expect(assembly.problems.isEmpty && assembly.splitSummary == nil)
  }

  @Test("Frames are split by what tells them apart, with the reason") func echoes() {
    let frames = (0..<8).map { frame(Double($0 / 2), ["EchoTime": "\($0 % 2)"]) }
    let assembly = SeriesAssembly(of: [object(1, frames)])
    #expect(assembly.stacks.map(\.frames) == [[0, 2, 4, 6], [1, 3, 5, 7]])
    #expect(assembly.splitSummary == "The series holds 2 volumes, told apart by EchoTime.")
  }

  @Test("Objects that are volumes by themselves stay apart") func objects() {
    let facts = [2, 1].map { object($0, (0..<3).map { frame(Double($0)) }) }
    let assembly = SeriesAssembly(of: facts)
    #expect(assembly.stacks.map(\.members) == [[1, 1, 1], [0, 0, 0]])
    #expect(assembly.splitKeywords == ["SOPInstanceUID"])
  }

  @Test("Frames that nothing tells apart follow in their order, or stay single") func order() {
    let even = (0..<6).map { frame(Double($0 % 3)) }
    let assembly = SeriesAssembly(of: [object(1, even)])
    #expect(assembly.stacks.map(\.frames) == [[0, 1, 2], [3, 4, 5]])
    #expect(assembly.splitKeywords == ["FrameNumber"])
    let odd = SeriesAssembly(of: [object(1, Array(even.dropLast()))])
    #expect(odd.stacks.map(\.frames) == [[0], [1], [2], [3], [4]])
    #expect(odd.problems.isEmpty)
  }

  @Test("What an object leaves out is no missing slice") func gaps() {
    let assembly = SeriesAssembly(of: [object(1, [0, 1, 2, 5, 6].map { frame($0) })])
    #expect(assembly.problems == [.unevenSpacing])
    #expect(assembly.incompleteness == nil)
  }

  @Test("Frames without a place are single, carried ones in no stack") func others() {
    var carried = frame(3)
    carried.carryReason = "A phase."
    let assembly = SeriesAssembly(of: [object(1, [frame(nil), carried, frame(nil)])])
    #expect(assembly.stacks.map(\.frames) == [[0], [2]])
    #expect(assembly.stacks.allSatisfy { $0.sliceSpacing == nil })
  }

  @Test("A mosaic's planes are as large as its tiles") func tiles() {
    var facts = object(1, [frame(0), frame(1)])
    facts.tilesAcross = 2
    #expect(facts.frameRows == 2 && facts.frameColumns == 2 && facts.pixelCount == 16)
    #expect(SeriesAssembly(of: [facts]).stacks.count == 1)
  }
}
