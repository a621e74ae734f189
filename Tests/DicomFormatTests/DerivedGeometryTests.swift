import DicomFormat
import Foundation
import Testing
import VolumeModel

@Suite("Derived instances on a new grid")
struct DerivedGeometryTests {
  /// Two planes 3 mm apart, 2 by 2 voxels of 1 mm by 2 mm.
  static func resampled<Result>(
    stackIndex: Int = 0, _ body: ([DerivedItem], WrittenSeries) throws -> Result
  ) throws -> Result {
    try withDerivedFolder { folder in
      let paths = try [0, 1].map { plane in
        var file = DerivedSyntheticFile(
          sopClass: "4", modality: "MR", stored: [0, 10, 20, 30], plane: plane)
        file.elements[0x0018_0050] = ("DS", .text("3"))
        file.elements[0x0019_0010] = ("LO", .text("GEMS_ACQU_01"))
        file.elements[0x0019_109c] = ("LO", .text("fgre"))
        file.elements[0x0020_1041] = ("DS", .text("\(plane * 3)"))
        file.elements[0x6000_3000] = ("OW", .words([5]))
        return try file.save(in: folder, as: "\(plane).dcm")
      }
      let stack = try DerivedSources.stack(paths)
      let restored = Volume(
        dimensions: [3, 4, 4], voxelSpacing: [0.7, 1, 1],
        voxels: (0..<48).map { Float($0) })
      let affine = Affine3(
        x: [0.7, 0, 0], y: [0, 1, 0], z: [0, 0, 1], origin: [0.5, -0.25, 0])
      return try DerivedSources.writing(
        stack, restored: restored, voxelToPatient: affine, stackIndex: stackIndex
      ) { written, results in
        let roots = try written.fileNames.map {
          try DerivedDataset(path: results + "/" + $0).root
        }
        for (plane, name) in written.fileNames.enumerated() {
          let stored = try DerivedSources.slice(results + "/" + name).storedValues
          #expect(stored == (0..<12).map { Int32(plane * 12 + $0) })
        }
        return try body(roots, written)
      }
    }
  }

  @Test("There is one instance a plane, placed by the new grid, based on the nearest source")
  func placed() throws {
    try Self.resampled { roots, written in
      #expect(roots.count == 4 && Set(written.sopInstanceUIDs).count == 4)
      #expect(written.fileNames == (1...4).map { "0000\($0).dcm" })
      for (plane, root) in roots.enumerated() {
        #expect(root.text(DerivedTag(0x0028_0010)) == "4")
        #expect(root.text(DerivedTag(0x0028_0011)) == "3")
        #expect(root.text(DerivedTag(0x0028_0030)) == "1\\0.7")
        #expect(root.text(DerivedTag(0x0020_0032)) == "0.5\\-0.25\\\(plane)")
        #expect(root.text(DerivedTag(0x0020_0013)) == "\(plane + 1)")
        #expect(root.text(DerivedTag(0x0018_0050)) == "1")
        #expect(root.text(DerivedTag(0x0018_0088)) == "1")
        #expect(root.numbers(DerivedTag(0x0020_1041)) == [Double(plane)])
      }
    }
  }

  @Test("What was true of the old grid only goes: overlays, grid-bound private data, YES")
  func stale() throws {
    try Self.resampled { roots, written in
      for root in roots {
        #expect(!root.has(DerivedTag(0x6000_3000)) && !root.has(DerivedTag(0x0019_109c)))
        let sources = root.items(DerivedTag(0x0008_2112))
        #expect(sources.count == 2)
        #expect(sources.allSatisfy { $0.text(DerivedTag(0x0028_135a)) == "NO" })
      }
      #expect(written.droppedPrivateAttributes == 4)
    }
  }

  @Test("Stacks of one series stay apart in number, name and UID")
  func stacks() throws {
    let first = try Self.resampled { $1 }
    try Self.resampled(stackIndex: 1) { roots, second in
      #expect(Set(first.sopInstanceUIDs).isDisjoint(with: second.sopInstanceUIDs))
      #expect(first.seriesInstanceUID == second.seriesInstanceUID)
      #expect(Set(first.fileNames).isDisjoint(with: second.fileNames))
      #expect(roots[0].text(DerivedTag(0x0020_0013)) == "10001")
    }
  }
}
