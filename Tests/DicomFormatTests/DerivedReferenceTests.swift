import DicomFormat
import Foundation
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("The sources that a derived instance names")
struct DerivedReferenceTests {
  /// The instances that each result of ten slices names, by the last number of their UIDs.
  private func named(
    reach: Int?, steps: [Derivation.Step] = [.init(name: "nlm", kind: .smoothing)],
    restored: (DicomStack) -> Volume = { $0.volume }, voxelToPatient: Affine3? = nil
  ) throws -> [[Int]] {
    let files = (0..<10).map {
      DerivedSyntheticFile(sopClass: "4", modality: "MR", stored: [0, 10, 20, 30], plane: $0)
    }
    var derivation = DerivedSources.derivation(steps)
    derivation.sliceReach = reach
    return try withDerivedFolder { folder in
      let paths = try files.enumerated().map { try $1.save(in: folder, as: "\($0).dcm") }
      let stack = try DerivedSources.stack(paths)
      return try DerivedSources.writing(
        stack, restored: restored(stack), voxelToPatient: voxelToPatient, derivation: derivation
      ) { written, results in
        try written.fileNames.map { name in
          let root = try DerivedDataset(path: results + "/" + name).root
          let sources = root.items(DerivedTag(0x0008_2112))
          let series = root.items(DerivedTag(0x0008_1115))
          let instances = series.flatMap { $0.items(DerivedTag(0x0008_114a)) }
          let text = root.text(DerivedTag(0x0008_2111)) ?? ""
          #expect(text.contains("whole series") == (reach != nil && !steps.isEmpty))
          #expect(series.map { $0.text(DerivedTag(0x0020_000e)) } == ["1.2.3.4"])
          #expect(try numbers(instances) == numbers(sources))
          return try numbers(sources)
        }
      }
    }
  }

  private func numbers(_ items: [DerivedItem]) throws -> [Int] {
    try items.map { item in
      let uid = try #require(item.text(DerivedTag(0x0008_1155)))
      return try #require(uid.split(separator: ".").last.flatMap { Int($0) })
    }
  }

  @Test("Are those in reach, and no more at the ends")
  func inReach() throws {
    let named = try named(reach: 2)
    #expect(named.first == [1, 2, 3])
    #expect(named[4] == [3, 4, 5, 6, 7])
    #expect(named.last == [8, 9, 10])
  }

  @Test("Are its own alone for what works slice by slice, and for an empty recipe")
  func ownAlone() throws {
    #expect(try named(reach: 0) == (1...10).map { [$0] })
    #expect(try named(reach: 0, steps: []) == (1...10).map { [$0] })
  }

  @Test("Are all where the reach is not known")
  func all() throws {
    #expect(try named(reach: nil).allSatisfy { $0 == Array(1...10) })
  }

  @Test("Are those about the nearest slice on a new grid")
  func newGrid() throws {
    let grid = Affine3(x: [1, 0, 0], y: [0, 2, 0], z: [0, 0, 6], origin: [0, 0, 0])
    let named = try named(
      reach: 1,
      restored: { _ in Volume(dimensions: [2, 2, 5], voxelSpacing: [1, 2, 6], repeating: 7) },
      voxelToPatient: grid)
    #expect(named == [[1, 2], [2, 3, 4], [4, 5, 6], [6, 7, 8], [8, 9, 10]])
  }
}
