import RestoradTestSupport
import ScanModel
import Testing

@Suite("Assembling a series") struct SeriesAssemblyTests {
  /// An axial instance at a height, 4 by 4.
  private func slice(
    _ z: Double?, number: Int = 0, orientation: [Double] = [1, 0, 0, 0, 1, 0],
    _ distinguishing: [String: String] = [:], announced: Int? = nil
  ) -> DicomFacts {
    DicomFacts(
      sopClassUID: "1", sopInstanceUID: "\(z ?? -1).\(number)", seriesInstanceUID: "2",
      studyInstanceUID: "3", transferSyntaxUID: "4", modality: "MR", instanceNumber: number,
      imagePosition: z.map { [0, 0, $0] }, imageOrientation: z == nil ? nil : orientation, rows: 4,
      columns: 4, distinguishing: distinguishing, announcedInstances: announced)
  }

  @Test("No instances make no stacks") func empty() {
    #expect(SeriesAssembly(of: []) == SeriesAssembly(stacks: [], problems: []))
    #expect(SeriesAssembly(of: []).problemSummary == nil)
  }

  @Test("Slices in any order make one stack from the lowest to the highest (seed 3)") func order() {
    var random = SplitMix64(seed: 3)
    let heights = (0..<30).map { Double($0) * 2.5 - 30 }.shuffled(using: &random)
    let assembly = SeriesAssembly(of: heights.map { slice($0) })
    #expect(assembly.problems.isEmpty)
    #expect(assembly.stacks.count == 1)
    #expect(assembly.stacks.first?.members.map { heights[$0] } == heights.sorted())
    #expect(assembly.stacks.first?.sliceSpacing == 2.5)
  }

  @Test("Missing slices are counted") func gap() {
    let assembly = SeriesAssembly(of: [0, 1, 2, 4, 5, 8, 9].map { slice($0) })
    #expect(assembly.problems == [.gap(missing: 3)])
    #expect(assembly.problemSummary == "3 slices are missing between others.")
    #expect(assembly.stacks.first?.sliceSpacing == 1)
  }

  @Test("Missing slices are counted where gaps outnumber neighbours") func manyGaps() {
    let assembly = SeriesAssembly(of: [0, 3, 6, 7].map { slice($0) })
    #expect(assembly.problems == [.gap(missing: 4)])
  }

  @Test("Missing slices are counted where no two neighbours came") func onlyGaps() {
    let assembly = SeriesAssembly(of: [0, 7.5, 20, 37.5].map { slice($0) })
    #expect(assembly.problems == [.gap(missing: 12)])
    #expect(assembly.stacks.first?.sliceSpacing == 2.5)
  }

  @Test("Distances that are no multiples of each other are uneven") func uneven() {
    let assembly = SeriesAssembly(of: [0, 1, 2, 3.4, 4.4].map { slice($0) })
    #expect(assembly.problems == [.unevenSpacing])
  }

  @Test("Rounding of positions is not uneven") func rounding() {
    let assembly = SeriesAssembly(of: [0, 0.699, 1.401, 2.1, 2.8].map { slice($0) })
    #expect(assembly.problems.isEmpty)
  }

  @Test("A position that repeats for no reason is a problem") func duplicate() {
    let assembly = SeriesAssembly(
      of: [0, 1, 1, 2].enumerated().map { slice($1, number: $0) })
    #expect(assembly.problems == [.duplicatePosition(count: 1)])
    #expect(assembly.stacks.count == 1)
  }

  @Test("Two echoes are two stacks, though other attributes differ too") func echoes() {
    var facts: [DicomFacts] = []
    for z in 0..<5 {
      for echo in 1...2 {
        // As scanners have it: a trigger time of its own for every slice.
        facts.append(
          slice(
            Double(z), number: facts.count,
            ["EchoTime": "\(echo * 20)", "TriggerTime": "\(z * 100 + echo)"]))
      }
    }
    let assembly = SeriesAssembly(of: facts)
    #expect(assembly.problems.isEmpty)
    #expect(assembly.stacks.map(\.members) == [[0, 2, 4, 6, 8], [1, 3, 5, 7, 9]])
  }

  @Test("Attributes that never repeat at one position split nothing") func noNeedToSplit() {
    let facts = (0..<4).map { slice(Double($0), ["EchoTime": "\($0)"]) }
    #expect(SeriesAssembly(of: facts).stacks.count == 1)
  }

  @Test("Two attributes together tell four volumes apart") func nested() {
    var facts: [DicomFacts] = []
    for z in 0..<3 {
      for b in [0, 1000] {
        for echo in [20, 80] {
          facts.append(
            slice(
              Double(z), number: facts.count, ["DiffusionBValue": "\(b)", "EchoTime": "\(echo)"]))
        }
      }
    }
    let assembly = SeriesAssembly(of: facts)
    #expect(assembly.problems.isEmpty)
    #expect(assembly.stacks.count == 4)
    #expect(assembly.stacks.allSatisfy { $0.members.count == 3 })
  }

  @Test("Phases are told apart by their rank where every slice has its own times") func phases() {
    var facts: [DicomFacts] = []
    for z in 0..<3 {
      for phase in [2, 0, 1] {
        facts.append(
          slice(Double(z), number: facts.count, ["TriggerTime": "\(phase * 50 + z * 3)"]))
      }
    }
    let assembly = SeriesAssembly(of: facts)
    #expect(assembly.problems.isEmpty)
    #expect(assembly.stacks.map(\.members) == [[1, 4, 7], [2, 5, 8], [0, 3, 6]])
  }

  @Test("Localizers in three planes are three stacks") func planes() {
    let orientations: [[Double]] = [
      [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1],
    ]
    let assembly = SeriesAssembly(of: orientations.map { slice(0, orientation: $0) })
    #expect(assembly.stacks.count == 3)
    #expect(assembly.problems.isEmpty)
  }

  @Test("Orientations that differ by rounding are one, other grids are not") func grouping() {
    var facts = [slice(0), slice(1, orientation: [1, 0.0005, 0, 0, 1, 0]), slice(2)]
    #expect(SeriesAssembly(of: facts).stacks.count == 1)
    facts[2].rows = 8
    #expect(SeriesAssembly(of: facts).stacks.count == 2)
  }

  @Test("Fewer instances than announced are a problem for a single stack only") func announced() {
    let facts = [0, 1].map { slice($0, announced: 5) }
    #expect(SeriesAssembly(of: facts).problems == [.fewerThanAnnounced(expected: 5, found: 2)])
    let more = [0, 1].map { slice($0, announced: 1) }
    #expect(SeriesAssembly(of: more).problems.isEmpty)
  }

  @Test("Instances without a place are stacks of their own by number; broken places count as none")
  func unplaced() {
    var broken = slice(0, number: 2)
    broken.imageOrientation = [1, 0, 0, 1, 0, 0]
    var infinite = slice(0, number: 4)
    infinite.imagePosition = [0, .nan, 0]
    let assembly = SeriesAssembly(of: [
      slice(nil, number: 3), broken, slice(nil, number: 1), infinite,
    ])
    #expect(assembly.stacks.map(\.members) == [[2], [1], [0], [3]])
    #expect(assembly.problems.isEmpty)
  }

  @Test("A tilted gantry is no problem") func tilt() {
    let facts = (0..<5).map { index in
      var facts = slice(Double(index))
      facts.imagePosition = [0, 0.3 * Double(index), Double(index)]
      return facts
    }
    let assembly = SeriesAssembly(of: facts)
    #expect(assembly.problems.isEmpty)
    #expect(assembly.stacks.first?.sliceSpacing == 1)
  }
}
