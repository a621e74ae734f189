import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing
import VolumeModel

@Suite("Reading a series as a volume") struct SeriesReadTests {
  /// Grids of dcm2niix and pydicom; see `Tests/Oracles/dicom_read.py`.
  struct Grid: Decodable {
    let shape: [Int]
    let affine: [[Double]]
    let samples: [[Double]]
  }

  @Test("Real series lie where dcm2niix puts them", .enabled(if: SharedData.isPresent))
  func realSeries() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestFiles.expected("grids.json")))
    for (name, grid) in try JSONDecoder().decode([String: Grid].self, from: data) {
      let folder = SharedData.path(name)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      let series = try DicomSeries.read(paths: files.map { folder + "/" + $0 })
      #expect(series.stacks.count == 1, "\(name)")
      let stack = try #require(series.stacks.first)
      let size = stack.volume.dimensions
      #expect([size.x, size.y, size.z] == grid.shape, "\(name)")
      let affine = try #require(stack.voxelToPatient)
      for (column, vector) in [affine.x, affine.y, affine.z, affine.origin].enumerated() {
        for row in 0..<3 {
          #expect(abs(vector[row] - grid.affine[row][column]) < 1e-9, "\(name)")
        }
      }
      for spot in grid.samples {
        let value = stack.volume[Int(spot[0]), Int(spot[1]), Int(spot[2])]
        #expect(Double(value) == spot[3], "\(name)")
      }
      #expect(stack.warnings.isEmpty == !name.contains("tilt"), "\(name): \(stack.warnings)")
    }
  }

  @Test(
    "Gaps and a repeated position are found, and read all the same",
    .enabled(if: SharedData.isPresent))
  func damagedSeries() throws {
    let folder = SharedData.path("dicom/ct-series/ge-dupe-positions-11")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let series = try DicomSeries.read(paths: files.map { folder + "/" + $0 })
    #expect(series.stacks.count == 1)
    let stack = try #require(series.stacks.first)
    #expect(stack.volume.dimensions.z == 11)
    #expect(stack.warnings.contains { $0.contains("missing") && $0.contains("where another") })
  }

  private func write(_ images: [DicomBytes], to folder: String) throws -> [String] {
    try images.enumerated().map { index, image in
      try image.write(to: "\(folder)/\(index)")
      return "\(folder)/\(index)"
    }
  }

  private func slice(_ z: Double, number: Int, value: UInt16 = 1) -> DicomBytes {
    var image = DicomBytes.image(
      columns: 3, rows: 2, words: Array(repeating: value, count: 6), number: number)
    image.place(z: z)
    return image
  }

  @Test("Slices are sorted along the normal, each with its own rescale") func sorting() throws {
    try TestFiles.withFolder { folder in
      var images = [slice(3, number: 1, value: 5), slice(1, number: 2, value: 5)]
      images[1].set(0x0028_1052, "DS", text: "100")
      images[1].set(0x0028_1053, "DS", text: "0.5")
      let paths = try write(images, to: folder)
      let stack = try #require(DicomSeries.read(paths: paths).stacks.first)
      #expect(stack.slices.map(\.path) == paths.reversed())
      #expect(
        stack.volume.voxels == Array(repeating: 102.5, count: 6) + Array(repeating: 5, count: 6))
      #expect(
        stack.voxelToPatient
          == Affine3(x: [0.5, 0, 0], y: [0, 2, 0], z: [0, 0, 2], origin: [-10, -20, 1]))
      #expect(stack.volume.voxelSpacing == [0.5, 2, 2])
      #expect(stack.unit == .arbitrary)
      #expect(stack.excluded == nil)
    }
  }

  @Test("Where the scanner turned is told in voxels, when all slices say it")
  func scanCenters() throws {
    try TestFiles.withFolder { folder in
      // Columns 0.5 mm and rows 2 mm apart, from (-10, -20).
      var images = [slice(1, number: 1), slice(3, number: 2)]
      images[0].set(0x0018_9313, "FD", doubles: [-9.25, -17, 1])
      let half = try DicomSeries.read(paths: try write(images, to: folder)).stacks
      #expect(half.first?.scanCenters == [])
      images[1].set(0x0018_9313, "FD", doubles: [-9, -18, 3])
      let both = try DicomSeries.read(paths: try write(images, to: folder)).stacks
      #expect(both.first?.scanCenters == [[1.5, 1.5], [2, 1]])
    }
  }

  @Test("A single slice is as thick as it says") func singleSlice() throws {
    try TestFiles.withFolder { folder in
      var image = slice(0, number: 1)
      image.set(0x0018_0050, "DS", text: "5")
      let thin = try DicomSeries.read(paths: try write([image], to: folder)).stacks
      #expect(thin.first?.volume.voxelSpacing.z == 5)
      image.set(0x0018_0088, "DS", text: "6")
      let thick = try DicomSeries.read(paths: try write([image], to: folder)).stacks
      #expect(thick.first?.volume.voxelSpacing.z == 6)
    }
  }

  @Test("Images without a place are stacks of their own, in the order of their numbers")
  func unplaced() throws {
    try TestFiles.withFolder { folder in
      let images = [3, 1, 2].map {
        DicomBytes.image(columns: 1, rows: 1, words: [UInt16($0)], number: $0)
      }
      let series = try DicomSeries.read(paths: try write(images, to: folder))
      #expect(series.stacks.map { $0.volume.voxels } == [[1], [2], [3]])
      #expect(series.stacks.allSatisfy { $0.voxelToPatient == nil })
    }
  }

  @Test("Files that do not belong together are refused") func inconsistent() throws {
    try TestFiles.withFolder { folder in
      var images = [slice(0, number: 1), slice(1, number: 2)]
      images[1].place(z: 1, spacing: "2\\0.75")
      #expect(throws: DicomError.self) {
        try DicomSeries.read(paths: try write(images, to: folder))
      }
      images[1] = slice(1, number: 2)
      images[1].set(0x0020_000E, "UI", text: "2.25.3")
      let error = #expect(throws: DicomError.self) {
        try DicomSeries.read(paths: try write(images, to: folder))
      }
      #expect(error?.code == .inconsistent)
      #expect(throws: DicomError.self) { try DicomSeries.read(paths: []) }
    }
  }

  @Test("A skipped, an unsupported and a missing file are refused with their reason")
  func refused() throws {
    let codes = ["rtplan.dcm", "no such file"].map { name in
      #expect(throws: DicomError.self) { try DicomSeries.read(paths: [TestFiles.own(name)]) }?.code
    }
    #expect(codes == [.unsupported, .notFound])
    try TestFiles.withFolder { folder in
      var mosaic = slice(1, number: 1)
      mosaic.set(0x0008_0008, "CS", text: "ORIGINAL\\PRIMARY\\M\\MOSAIC")
      let error = #expect(throws: DicomError.self) {
        try DicomSeries.read(paths: try write([mosaic], to: folder))
      }
      #expect(error?.code == .unsupported)
    }
  }
}
