import Restoration
import Testing
import VolumeModel

/// N4 against SimpleITK 2.5.7; the stored fields are written by `Tests/Oracles/n4.py`.
@Suite("N4 against SimpleITK")
struct N4ParityTests {
  /// The usual difference is 1e-6.
  ///
  /// One of these few thousand voxels changes the field by 1e-5, and ITK leaves the brightest out of
  /// the histogram or not, as its rounding falls.
  private let tolerance: Float = 3e-5

  /// The greatest difference of the log field from the stored one.
  private func difference(
    _ name: String, _ dimensions: SIMD3<Int>, spacing: SIMD3<Double> = [1, 1, 1],
    _ configure: (inout N4BiasCorrection) -> Void
  ) throws -> Float {
    var scene = N4Phantom.scene(dimensions)
    scene.volume.voxelSpacing = spacing
    var method = N4BiasCorrection.itk
    method.convergenceThreshold = 0
    configure(&method)
    let correction = try method.correct(scene.volume, mask: scene.mask)
    let field = correction.logBiasField.voxels
    let expected = try N4Phantom.expected(name)
    return expected.indices.map { abs(field[$0 * 29] - expected[$0]) }.max() ?? .infinity
  }

  @Test("Three levels of ten iterations give ITK's log field to 3e-5")
  func levels() throws {
    #expect(try difference("levels", [32, 28, 20]) { $0.iterations = [10, 10, 10] } < tolerance)
  }

  @Test("Levels end where ITK's do when the threshold is 0.001")
  func converged() throws {
    let found = try difference("converged", [32, 28, 20]) { $0.convergenceThreshold = 0.001 }
    #expect(found < tolerance)
  }

  @Test("Lower spline orders give ITK's log field", arguments: [1, 2])
  func orders(order: Int) throws {
    let found = try difference("order\(order)", [32, 28, 20]) {
      $0.iterations = [6, 6]
      $0.splineOrder = order
      $0.controlPoints = SIMD3(repeating: order == 1 ? 3 : 4)
    }
    #expect(found < tolerance)
  }

  @Test("Shrunk by 3, the samples and the stretched lattice are ITK's")
  func shrunk() throws {
    let found = try difference("shrink3", [47, 50, 41]) {
      $0.iterations = [10, 10, 10]
      $0.shrink = 3
    }
    #expect(found < tolerance)
  }

  @Test("A spline distance pads and spans as ANTs does")
  func distance() throws {
    let found = try difference("distance", [32, 28, 20], spacing: [3, 3, 4]) {
      $0.iterations = [8, 8]
      $0.splineDistance = 40
    }
    #expect(found < tolerance)
  }

  @Test("One slice gives the log field of ITK's planar filter")
  func planar() throws {
    #expect(try difference("planar", [70, 60, 1]) { $0.iterations = [10, 10, 10] } < tolerance)
  }
}
