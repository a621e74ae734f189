import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

struct MotionSuppressionTests {
  private func restored(
    _ volume: Volume, axis: MotionSuppression.Axis = .auto, excluding excluded: Mask? = nil
  ) throws -> Restored {
    var method = MotionSuppression()
    method.axis = axis
    return try method.apply(to: volume, excluding: excluded, work: .unattended)
  }

  private func number(_ name: String, _ result: Restored) -> Double {
    guard case .number(let value)? = result.figures[name] else { return .nan }
    return value
  }

  private func transposed(_ volume: Volume) -> Volume {
    let size = volume.dimensions
    var result = Volume(dimensions: [size.y, size.x, size.z], repeating: 0)
    for z in 0..<size.z {
      for y in 0..<size.y { for x in 0..<size.x { result[y, x, z] = volume[x, y, z] } }
    }
    return result
  }

  @Test(
    "Ghosts and the error against the undisturbed slice fall, seed 11",
    arguments: [
      // What part of ghosting and error may be left, without and with noise.
      (MotionScene.Motion.alternating, 0.001, 0.001, 0.55),
      (.breathing, 0.01, 0.01, 0.4), (.phaseErrors, 0.05, 0.5, 0.7),
      (.strongLines, 0.2, 0.85, 0.85),
    ])
  func ghosts(
    motion: MotionScene.Motion, ghosting: Double, error: Double, noisyError: Double
  ) throws {
    for (sigma, least) in [(0.0, error), (10, noisyError)] {
      let scene = MotionScene(motion, noiseSigma: sigma)
      let result = try restored(scene.scan)
      #expect(scene.error(result.volume) < least * scene.error(scene.scan))
      #expect(result.figures["axis"] == .text("column"))
      #expect(result.figures["kept_input"] == .flag(false))
      #expect(result.figures["slices_changed"] == .integer(1))
      let fall = number("ghost_after", result) / number("ghost_before", result)
      #expect(fall < max(ghosting, sigma > 0 ? 0.1 : 0))
    }
  }

  @Test("The stripes of a spike are weakened, seed 11", arguments: [0.0, 10])
  func spike(sigma: Double) throws {
    let scene = MotionScene(.spike, noiseSigma: sigma)
    let result = try restored(scene.scan)
    #expect(scene.error(result.volume) < 0.85 * scene.error(scene.scan))
    // A spike runs through the air on all sides alike, so ghosting does not show it.
    #expect(number("ghost_after", result) < 0.002)
  }

  @Test("An undisturbed slice comes out bit by bit, seed 11", arguments: [0, 1, 10, 30, 60, 100.0])
  func clean(sigma: Double) throws {
    let scene = MotionScene(noiseSigma: sigma)
    for axis in MotionSuppression.Axis.allCases {
      let result = try restored(scene.scan, axis: axis)
      #expect(result.volume == scene.scan)
      #expect(result.figures["kept_input"] == .flag(true))
      #expect(result.figures["ghost_before"] == result.figures["ghost_after"])
    }
  }

  @Test("The phase-encoding direction is found, and a turned slice gets the turned result")
  func turned() throws {
    let scene = MotionScene(.breathing, noiseSigma: 10)
    let upright = try restored(scene.scan)
    let turned = try restored(transposed(scene.scan))
    #expect(turned.figures["axis"] == .text("row"))
    #expect(transposed(turned.volume).voxels == upright.volume.voxels)
  }

  @Test("Ghosts along the other axis than the one asked for are left alone")
  func otherAxis() throws {
    let scene = MotionScene(.alternating)
    let result = try restored(scene.scan, axis: .row)
    #expect(scene.error(result.volume) <= scene.error(scene.scan))
  }

  @Test("Excluded voxels, NaN among them, come out bit by bit")
  func excluded() throws {
    let scene = MotionScene(.alternating, noiseSigma: 10)
    var volume = scene.scan
    var mask = Mask(dimensions: volume.dimensions, repeating: false)
    for i in stride(from: 0, to: volume.voxels.count, by: 501) {
      mask[i] = true
      volume.voxels[i] = i.isMultiple(of: 2) ? .nan : -7
    }
    let result = try restored(volume, excluding: mask)
    #expect(result.figures["slices_changed"] == .integer(1))
    for i in volume.voxels.indices where mask[i] {
      #expect(result.volume.voxels[i].bitPattern == volume.voxels[i].bitPattern)
    }
  }

  @Test("Only slices with ghosts change")
  func slices() throws {
    let ghosted = MotionScene(.breathing, noiseSigma: 5)
    let clean = MotionScene(noiseSigma: 5)
    let volume = Volume(
      dimensions: [MotionScene.columns, MotionScene.rows, 3],
      voxels: clean.scan.voxels + ghosted.scan.voxels + clean.scan.voxels)
    let result = try restored(volume)
    #expect(result.figures["slices_changed"] == .integer(1))
    let plane = volume.planeCount
    #expect(result.volume.voxels[..<plane].elementsEqual(clean.scan.voxels))
    #expect(result.volume.voxels[(2 * plane)...].elementsEqual(clean.scan.voxels))
  }

  @Test(
    "Volumes without object or air come out bit by bit",
    arguments: [SIMD3(1, 1, 1), SIMD3(40, 1, 2), SIMD3(17, 23, 2), SIMD3(64, 64, 1)])
  func nothingToJudge(dimensions: SIMD3<Int>) throws {
    for value: Float in [0, 700, -5] {
      let volume = Volume(dimensions: dimensions, repeating: value)
      #expect(try restored(volume).volume == volume)
      let all = Mask(dimensions: dimensions, repeating: true)
      #expect(try restored(volume, excluding: all).volume == volume)
    }
  }

  @Test("A strength out of range and a foreign mask are refused, cancellation is heard")
  func refused() {
    let volume = Volume(dimensions: [8, 8, 1], repeating: 0)
    for strength in [-0.1, 1.1, .nan] {
      var method = MotionSuppression()
      method.strength = strength
      let error = #expect(throws: RestorationError.self) {
        try method.apply(to: volume, excluding: nil, work: .unattended)
      }
      #expect(error?.code == .invalidParameter)
    }
    let foreign = Mask(dimensions: [4, 4, 1], repeating: false)
    #expect(throws: RestorationError.self) { try restored(volume, excluding: foreign) }
    #expect(throws: CancellationError.self) {
      try MotionSuppression().apply(
        to: volume, excluding: nil, work: Work(isCancelled: { true }))
    }
  }
}
