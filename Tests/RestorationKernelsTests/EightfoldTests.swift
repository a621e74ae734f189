import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing

/// The eightfold projectors beside the plain ones, whose own tests hold them to the definition.
struct EightfoldTests {
  private static let shapes = [
    (2, 2), (2, 4), (6, 6), (16, 4), (34, 10), (64, 48), (70, 90), (130, 36),
  ]

  private func projected(
    _ plane: [Float], _ beam: ParallelBeam, rays: [UInt8]? = nil
  ) throws -> [Float] {
    let symmetry = try #require(EightfoldBeam(beam))
    let projector = EightfoldProjector(symmetry, of: plane)
    projector.fold(0..<projector.foldedRows)
    var groups = [Float](repeating: .nan, count: symmetry.groups * projector.groupCount)
    unsafe groups.withUnsafeMutableBufferPointer {
      unsafe projector.project(0..<symmetry.groups, runs: symmetry.runs(of: rays), into: $0)
    }
    var sinogram = [Float](repeating: .nan, count: beam.views * beam.detectors)
    unsafe sinogram.withUnsafeMutableBufferPointer { sinogram in
      for view in 0..<beam.views {
        let row = view * beam.detectors..<(view + 1) * beam.detectors
        unsafe projector.unfold(
          view, of: groups, into: UnsafeMutableBufferPointer(rebasing: sinogram[row]))
      }
    }
    return sinogram
  }

  private func plainlyProjected(_ plane: [Float], _ beam: ParallelBeam) -> [Float] {
    let projector = ParallelProjector(plane, beam: beam)
    var sinogram = [Float](repeating: .nan, count: beam.views * beam.detectors)
    unsafe sinogram.withUnsafeMutableBufferPointer { sinogram in
      for view in 0..<beam.views {
        let row = view * beam.detectors..<(view + 1) * beam.detectors
        unsafe projector.project(view, into: UnsafeMutableBufferPointer(rebasing: sinogram[row]))
      }
    }
    return sinogram
  }

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: 0...1, using: &generator) }
  }

  /// The greatest difference as a part of the greatest value.
  private func difference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / b.reduce(0) { max($0, abs($1)) }
  }

  @Test("Eightfold line integrals are those of the plain projector, seed 6", arguments: shapes)
  func projection(side: Int, views: Int) throws {
    let beam = ParallelBeam(columns: side, rows: side, views: views)
    let plane = random(side * side, seed: 6)
    // Positions are floats in both, right to 1e-5 of a pixel, rounded at other places.
    #expect(difference(try projected(plane, beam), plainlyProjected(plane, beam)) < 1e-5)
  }

  @Test("Rays that are needed have the same line integrals as all, seed 10", arguments: shapes)
  func chosenRays(side: Int, views: Int) throws {
    let beam = ParallelBeam(columns: side, rows: side, views: views)
    let plane = random(side * side, seed: 10)
    var rays = [UInt8](repeating: 0, count: views * beam.detectors)
    for (ray, chance) in random(rays.count / 7, seed: 11).enumerated() where chance < 0.2 {
      for beside in 0..<3 { rays[7 * ray + beside] = 1 }
    }
    let (all, chosen) = (try projected(plane, beam), try projected(plane, beam, rays: rays))
    let most = all.reduce(0, max)
    // The same crossings, with positions rounded from another start.
    for i in rays.indices where rays[i] != 0 { #expect(abs(chosen[i] - all[i]) < 1e-5 * most) }
    let none = [UInt8](repeating: 0, count: rays.count)
    #expect(try projected(plane, beam, rays: none).allSatisfy { $0 == 0 })
  }

  @Test("A plane of zeros but for one pixel is projected whole", arguments: [0, 5, 11])
  func onePixel(at place: Int) throws {
    let beam = ParallelBeam(columns: 12, rows: 12, views: 20)
    for other in [0, 6, 11] {
      var plane = [Float](repeating: 0, count: 144)
      plane[other * 12 + place] = 1
      #expect(difference(try projected(plane, beam), plainlyProjected(plane, beam)) < 1e-5)
    }
  }

  private func backProjected(
    _ sinograms: [[Float]], _ beam: ParallelBeam, box: PlaneBox? = nil
  ) throws -> [[Float]] {
    let symmetry = try #require(EightfoldBeam(beam))
    let projector = EightfoldBackProjector(symmetry, sinograms: sinograms.count, box: box)
    for (i, sinogram) in sinograms.enumerated() {
      for group in 0..<projector.foldedGroups {
        projector.fold(group, of: sinogram, sinogram: i)
      }
    }
    var upper = [Float](repeating: .nan, count: projector.upperRows * projector.upperRowCount)
    unsafe upper.withUnsafeMutableBufferPointer {
      unsafe projector.backProject(0..<projector.upperRows, into: $0)
    }
    return sinograms.indices.map { i in
      var plane = [Float](repeating: .nan, count: beam.rows * beam.columns)
      unsafe plane.withUnsafeMutableBufferPointer { plane in
        // Bands of other heights than eight too.
        for first in stride(from: 0, to: beam.rows, by: 10) {
          let rows = first..<min(first + 10, beam.rows)
          let range = rows.lowerBound * beam.columns..<rows.upperBound * beam.columns
          unsafe projector.unfold(
            rows, of: upper, sinogram: i, into: UnsafeMutableBufferPointer(rebasing: plane[range]))
        }
      }
      return plane
    }
  }

  @Test("Eightfold back-projection is that of the plain projector, seed 7", arguments: shapes)
  func backProjection(side: Int, views: Int) throws {
    let beam = ParallelBeam(columns: side, rows: side, views: views)
    let sinogram = random(views * beam.detectors, seed: 7)
    let plane = try backProjected([sinogram], beam)[0]
    var plain = plane
    let plainProjector = BackProjector(sinogram, beam: beam)
    unsafe plain.withUnsafeMutableBufferPointer { plain in
      unsafe plainProjector.backProject(0..<side, into: plain)
    }
    #expect(difference(plane, plain) < 1e-5)
  }

  @Test("Two sinograms together come out bit by bit as each alone, seed 12", arguments: shapes)
  func backProjectionOfTwo(side: Int, views: Int) throws {
    let beam = ParallelBeam(columns: side, rows: side, views: views)
    let count = views * beam.detectors
    let sinograms = [random(count, seed: 12), random(count, seed: 13)]
    let alone = try sinograms.map { try backProjected([$0], beam)[0] }
    #expect(try backProjected(sinograms, beam) == alone)
  }

  @Test(
    "What is needed of a plane comes out as in the whole one, and no more than a part, seed 14",
    arguments: [
      PlaneBox(columns: 20..<110, rows: 41..<80), PlaneBox(columns: 33..<50, rows: 3..<120),
      PlaneBox(columns: 0..<130, rows: 60..<61), PlaneBox(columns: 100..<130, rows: 70..<90),
      PlaneBox(columns: 65..<65, rows: 10..<100), PlaneBox(columns: 0..<130, rows: 0..<130),
    ])
  func box(box: PlaneBox) throws {
    let beam = ParallelBeam(columns: 130, rows: 130, views: 36)
    let sinograms = [14, 15].map { random(36 * beam.detectors, seed: $0) }
    for count in 1...2 {
      let whole = try backProjected(Array(sinograms[..<count]), beam)
      let parts = try backProjected(Array(sinograms[..<count]), beam, box: box)
      let most = whole[0].reduce(0) { max($0, abs($1)) }
      for (whole, part) in zip(whole, parts) {
        #expect(part.allSatisfy { $0.isFinite })
        for row in box.rows {
          for i in box.columns.map({ row * 130 + $0 }) {
            // Positions are rounded from another start.
            #expect(abs(part[i] - whole[i]) < 1e-5 * most)
          }
        }
      }
    }
  }

  @Test("The eightfold projection has the plain one's adjoint, seed 8")
  func adjoint() throws {
    let beam = ParallelBeam(columns: 96, rows: 96, views: 120)
    let (plane, sinogram) = (random(96 * 96, seed: 8), random(120 * beam.detectors, seed: 9))
    let projection = try projected(plane, beam)
    let spread = ParallelProjector.adjoint(of: sinogram, beam: beam)
    let left = zip(projection, sinogram).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let right = zip(plane, spread).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(left - right) < 1e-5 * abs(left))
  }

  @Test("There is no eightfold symmetry where sides, pixels or views do not allow it")
  func refused() {
    #expect(EightfoldBeam(ParallelBeam(columns: 8, rows: 6, views: 4)) == nil)
    #expect(EightfoldBeam(ParallelBeam(columns: 7, rows: 7, views: 4)) == nil)
    #expect(EightfoldBeam(ParallelBeam(columns: 8, rows: 8, rowSpacing: 2, views: 4)) == nil)
    #expect(EightfoldBeam(ParallelBeam(columns: 8, rows: 8, views: 5)) == nil)
    #expect(EightfoldBeam(ParallelBeam(columns: 12_000, rows: 12_000, views: 2)) == nil)
  }
}
