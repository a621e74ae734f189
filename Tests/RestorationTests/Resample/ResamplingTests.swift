import Foundation
import Restoration
import Testing
import VolumeModel

@Suite("Resampling")
struct ResamplingTests {
  @Test("Nearest and linear equal ITK's resampling on the same grid")
  func equalsITK() throws {
    for expected in try ResampleExpectation.readAll() {
      let dimensions = SIMD3(
        expected.dimensions[0], expected.dimensions[1], expected.dimensions[2])
      let spacing = SIMD3(expected.spacing[0], expected.spacing[1], expected.spacing[2])
      let volume = Volume(
        dimensions: dimensions, voxelSpacing: spacing,
        voxels: WaveletExpectations.pattern(dimensions.x * dimensions.y * dimensions.z))
      var method = Resampling(
        spacing: SIMD3(expected.wanted[0], expected.wanted[1], expected.wanted[2]))
      method.interpolation = try #require(
        Resampling.Interpolation(rawValue: expected.interpolation))
      method.antialias = false
      let grid = try method.grid(for: volume)
      let result = try method.apply(to: volume, excluding: nil, work: .unattended).volume
      #expect((0..<3).map { result.dimensions[$0] } == expected.resultDimensions)
      for axis in 0..<3 {
        #expect(abs(grid.originShift[axis] * spacing[axis] - expected.origin[axis]) < 1e-9)
        #expect(abs(grid.spacing[axis] - expected.wanted[axis]) < 1e-12)
      }
      let samples = stride(from: 0, to: result.voxels.count, by: 29).map { result.voxels[$0] }
      let worst = zip(samples, expected.every29th).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 1e-5, "\(expected.interpolation) \(expected.wanted)")
      let projection = WaveletExpectations.project(result.voxels)
      #expect(abs(projection - expected.projection) < 1e-5)
    }
  }

  @Test("A ramp stays a ramp inside", arguments: [Resampling.Interpolation.linear, .cubic])
  func rampIsExact(interpolation: Resampling.Interpolation) throws {
    let ramp = { (x: Double, y: Double, z: Double) in 3 * x - 2 * y + 0.5 * z + 7 }
    for spacing in [SIMD3<Double>(0.6, 0.6, 0.6), [1.7, 2.5, 1.1]] {
      let volume = Self.sampled([24, 20, 18], [1, 1.5, 0.8], ramp)
      var method = Resampling(spacing: spacing)
      method.interpolation = interpolation
      let worst = try Self.worstInside(method, volume, margin: 7, ramp)
      #expect(worst < 2e-4, "\(spacing)")
    }
  }

  @Test(
    "A smooth wave is met within the kernel's order",
    arguments: [(Resampling.Interpolation.linear, 0.022), (.cubic, 0.002), (.lanczos, 0.02)])
  func smoothWave(interpolation: Resampling.Interpolation, bound: Double) throws {
    let wave = { (x: Double, y: Double, z: Double) in
      sin(0.3 * x) * cos(0.25 * y) + 0.5 * sin(0.2 * z)
    }
    let volume = Self.sampled([30, 30, 24], [1, 1, 1], wave)
    var method = Resampling(spacing: [0.45, 0.7, 0.6])
    method.interpolation = interpolation
    let worst = try Self.worstInside(method, volume, margin: 4, wave)
    #expect(worst < bound)
  }

  @Test("What a coarser grid cannot hold is averaged, not folded")
  func antialias() throws {
    var volume = Volume(dimensions: [64, 64, 1], repeating: 0)
    for y in 0..<64 { for x in 0..<64 { volume[x, y, 0] = x % 2 == 0 ? 1 : -1 } }
    var method = Resampling(spacing: [2.2, 2.2, 0])
    let smooth = try method.apply(to: volume, excluding: nil, work: .unattended).volume
    method.antialias = false
    let folded = try method.apply(to: volume, excluding: nil, work: .unattended).volume
    let greatest = { (volume: Volume) in volume.voxels.map { abs($0) }.max() ?? 0 }
    #expect(greatest(smooth) < 0.2 && greatest(folded) > 0.9)
  }

  @Test("A constant volume stays constant", arguments: Resampling.Interpolation.allCases)
  func constantVolume(interpolation: Resampling.Interpolation) throws {
    let volume = Volume(dimensions: [9, 1, 5], voxelSpacing: [1, 2, 3], repeating: -1000.25)
    var method = Resampling(spacing: [0.7, 0.7, 0.7])
    method.interpolation = interpolation
    let result = try method.apply(to: volume, excluding: nil, work: .unattended).volume
    #expect(result.dimensions == [13, 1, 21])
    #expect(result.voxelSpacing.y == 2)
    let isConstant = result.voxels.allSatisfy { $0 == -1000.25 }
    #expect(isConstant)
  }

  @Test("Without overshoot results stay in the source's range, with it they leave it")
  func range() throws {
    var step = Volume(dimensions: [20, 4, 4], repeating: 0)
    for i in step.voxels.indices where i % 20 >= 10 { step.voxels[i] = 100 }
    var method = Resampling()
    method.factor = [2, 2, 2]
    let kept = try method.apply(to: step, excluding: nil, work: .unattended).volume
    #expect(kept.voxels.min() == 0 && kept.voxels.max() == 100)
    #expect(kept.dimensions == [40, 8, 8] && kept.voxelSpacing == [0.5, 0.5, 0.5])
    method.clampToRange = false
    let free = try method.apply(to: step, excluding: nil, work: .unattended).volume
    #expect((free.voxels.min() ?? 0) < -1 && (free.voxels.max() ?? 0) > 101)
  }

  @Test("Excluded regions keep place, size and bits, and don't bleed")
  func excludedVoxels() throws {
    var volume = Self.sampled([20, 18, 1], [1, 1, 1]) { x, _, _ in 50 + x }
    var mask = Mask(dimensions: volume.dimensions, repeating: false)
    for y in 0..<18 {
      for x in 0..<20 where x < 6 || y == 9 {
        mask[volume.index(x, y, 0)] = true
        volume[x, y, 0] = x == 3 ? .nan : -2000
      }
    }
    let method = Resampling(spacing: [0.5, 0.4, 0])
    let result = try method.apply(to: volume, excluding: mask, work: .unattended).volume
    let excluded = try method.resampled(mask, of: volume)
    #expect(excluded.dimensions == result.dimensions)
    var counts = (excluded: 0, bled: 0)
    for i in result.voxels.indices {
      if excluded[i] {
        counts.excluded += result.voxels[i] == -2000 || result.voxels[i].isNaN ? 1 : 0
      } else if !(56...69).contains(result.voxels[i]) {
        counts.bled += 1
      }
    }
    #expect(counts.excluded == excluded.count && counts.bled == 0)
    // 12 columns for 6, and of the row of 1 mm two or three of 0.4 mm.
    let rest = excluded.count - 12 * 45
    #expect(rest == 2 * 28 || rest == 3 * 28)
  }

  @Test("A volume of nothing but padding is padding on the new grid")
  func allExcluded() throws {
    let volume = Volume(dimensions: [4, 4, 4], repeating: .nan)
    let method = Resampling(spacing: [2, 2, 2])
    let result = try method.apply(to: volume, excluding: nil, work: .unattended).volume
    let allNaN = result.voxels.allSatisfy(\.isNaN)
    #expect(result.dimensions == [2, 2, 2] && allNaN)
  }

  @Test("An unchanged grid gives the same voxels")
  func identity() throws {
    let volume = WaveletExpectations.scene([9, 8, 7])
    let method = Resampling(spacing: [1, 0, 1])
    let result = try method.apply(to: volume, excluding: nil, work: .unattended).volume
    #expect(result == volume)
  }

  @Test("Parameters out of range are refused")
  func refusedParameters() {
    let volume = Volume(dimensions: [4, 4, 4], repeating: 0)
    var both = Resampling(spacing: [1, 1, 1])
    both.factor = [1, 1, 1]
    var huge = Resampling()
    huge.factor = [1000, 1000, 1000]
    for method in [
      Resampling(), both, huge, Resampling(spacing: [-1, 1, 1]), Resampling(spacing: [.nan, 1, 1]),
    ] {
      #expect(throws: RestorationError.self) { try method.grid(for: volume) }
    }
  }

  private static func sampled(
    _ dimensions: SIMD3<Int>, _ spacing: SIMD3<Double>,
    _ function: (Double, Double, Double) -> Double
  ) -> Volume {
    var volume = Volume(dimensions: dimensions, voxelSpacing: spacing, repeating: 0)
    for z in 0..<dimensions.z {
      for y in 0..<dimensions.y {
        for x in 0..<dimensions.x {
          volume[x, y, z] = Float(
            function(Double(x) * spacing.x, Double(y) * spacing.y, Double(z) * spacing.z))
        }
      }
    }
    return volume
  }

  /// The greatest error at a distance of `margin` mm from the edges.
  private static func worstInside(
    _ method: Resampling, _ volume: Volume, margin: Double,
    _ function: (Double, Double, Double) -> Double
  ) throws -> Double {
    let result = try method.apply(to: volume, excluding: nil, work: .unattended).volume
    let grid = try method.grid(for: volume)
    let last = SIMD3<Double>(volume.dimensions &- 1) * volume.voxelSpacing - margin
    var worst = 0.0
    for z in 0..<result.dimensions.z {
      for y in 0..<result.dimensions.y {
        for x in 0..<result.dimensions.x {
          let index = SIMD3<Double>(SIMD3(x, y, z))
          let p = (grid.originShift + index * grid.step) * volume.voxelSpacing
          guard p.min() >= margin && all(p .<= last) else { continue }
          worst = max(worst, abs(Double(result[x, y, z]) - function(p.x, p.y, p.z)))
        }
      }
    }
    return worst
  }
}
