import DicomFormat
import Foundation
import Testing
import VolumeModel

/// Classic series that hold several volumes, an instance a slice.
@Suite("Classic series of several volumes") struct ClassicVolumesTests {
  /// A slice of 3 by 2 that is one value all over.
  private func slice(_ z: Double, number: Int, value: Int) -> DicomBytes {
    var image = DicomBytes.image(
      columns: 3, rows: 2, words: Array(repeating: UInt16(value), count: 6), number: number)
    image.place(z: z)
    return image
  }

  private func double(_ values: Double...) -> [UInt8] {
    values.flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
  }

  /// Reads images, named so that the order of names says nothing.
  private func read(_ images: [DicomBytes]) throws -> DicomSeries {
    try TestFiles.withFolder { folder in
      let paths = try images.enumerated().map { index, image in
        let path = "\(folder)/\(index * 7 % images.count)-\(index)"
        try image.write(to: path)
        return path
      }
      return try DicomSeries.read(paths: paths)
    }
  }

  /// What the slices of each volume hold, from the lowest on.
  private func values(_ series: DicomSeries) -> [[Float]] {
    series.stacks.map { stack in
      (0..<stack.volume.dimensions.z).map { stack.volume[0, 0, $0] }
    }
  }

  @Test("Two echoes of one series are two volumes") func echoes() throws {
    var images: [DicomBytes] = []
    for z in 0..<3 {
      for echo in 1...2 {
        var image = slice(Double(z), number: images.count + 1, value: echo * 10 + z)
        image.set(0x0018_0081, "DS", text: "\(echo * 20)")
        image.set(0x0018_0086, "IS", text: "\(echo)")
        images.append(image)
      }
    }
    let series = try read(images)
    #expect(values(series) == [[10, 11, 12], [20, 21, 22]])
    #expect(series.stacks.allSatisfy { $0.warnings.contains { $0.contains("Echo") } })
  }

  @Test("Weights and directions of a diffusion series are a volume each") func diffusion() throws {
    let directions: [(Double, [UInt8])] = [
      (0, double(0, 0, 0)), (1000, double(1, 0, 0)), (1000, double(0, 1, 0)),
    ]
    var images: [DicomBytes] = []
    for (index, (weight, direction)) in directions.enumerated() {
      for z in [2, 0, 1] {
        var image = slice(Double(z), number: images.count + 1, value: index * 10 + z)
        image.set(0x0018_9087, "FD", double(weight))
        image.set(0x0018_9089, "FD", direction)
        images.append(image)
      }
    }
    let found = values(try read(images))
    #expect(Set(found) == [[0, 1, 2], [10, 11, 12], [20, 21, 22]])
  }

  @Test("Phases whose times differ from slice to slice are a volume each") func phases() throws {
    var images: [DicomBytes] = []
    for z in 0..<4 {
      for phase in [1, 0, 2] {
        var image = slice(Double(z), number: images.count + 1, value: phase * 10 + z)
        image.set(0x0018_1060, "DS", text: "\(phase * 100 + z * 7)")
        images.append(image)
      }
    }
    #expect(values(try read(images)) == [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]])
  }

  @Test("A localizer's three planes are three volumes, each where it lies") func planes() throws {
    let orientations = ["1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\-1", "0\\1\\0\\0\\0\\-1"]
    let images = orientations.enumerated().map { index, orientation in
      var image = slice(0, number: index + 1, value: index)
      image.set(0x0020_0037, "DS", text: orientation)
      return image
    }
    let series = try read(images)
    #expect(series.stacks.map(\.slices.count) == [1, 1, 1])
    #expect(Set(series.stacks.compactMap { $0.voxelToPatient?.x }).count == 2)
    #expect(Set(values(series)) == [[0], [1], [2]])
  }

  @Test("Increments that vary are measured, told, and keep steps within slices") func varying()
    throws
  {
    let series = try read(
      [0, 1, 2, 3.4, 4.4].enumerated().map { slice($1, number: $0 + 1, value: $0) })
    let stack = try #require(series.stacks.first)
    #expect(values(series) == [[0, 1, 2, 3, 4]])
    #expect(!stack.hasStraightSlices)
    #expect(stack.warnings.contains { $0.contains("equal distances") })
  }

  @Test("A gap is told and not filled") func gap() throws {
    let series = try read([0, 1, 2, 5].enumerated().map { slice($1, number: $0 + 1, value: $0) })
    let stack = try #require(series.stacks.first)
    #expect(stack.volume.dimensions.z == 4)
    #expect(stack.warnings.contains { $0.contains("2 slices are missing") })
    #expect(!stack.hasStraightSlices)
  }

  @Test("Two instances at one place that nothing tells apart both stay, and are told of")
  func repeated() throws {
    let series = try read([0, 1, 1, 2].enumerated().map { slice($1, number: $0 + 1, value: $0) })
    let stack = try #require(series.stacks.first)
    #expect(series.stacks.count == 1 && stack.slices.count == 4)
    #expect(stack.warnings.contains { $0.contains("where another one lies") })
  }
}
