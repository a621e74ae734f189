import Recipes
import Restoration
import Testing
import VolumeModel

@Suite("Every step on odd inputs")
struct StepRobustnessTests {
  @Test(
    "A step ends in a right result or a clear error, whatever it is given",
    arguments: StepCatalogue.all)
  func odd(specification: StepSpecification) throws {
    for variant in try StepVariant.choices(of: specification) {
      for input in OddInput.all { try hold(variant, on: input) }
    }
  }

  @Test("Parameters at the ends of their ranges do no harm", arguments: StepCatalogue.all)
  func extremes(specification: StepSpecification) throws {
    let inputs = ["1 × 1 × 1", "24 × 1 × 9", "24 × 20 × 1", "40 × 36 × 12", "all 0.1", "some NaN"]
    for variant in try StepVariant.extremes(of: specification) {
      for input in OddInput.all where inputs.contains(input.testDescription) {
        let grid = VolumeGrid(input.volume)
        // A finer grid may be asked for than a test should hold in memory.
        guard let method = try? variant.method,
          method.workingBytes(MemoryDemand(grid: grid, mayExclude: true, cores: 2)) < 3e8
        else { continue }
        try hold(variant, on: input, isExtreme: true)
      }
    }
  }

  @Test("So do steps that see several volumes at once", arguments: [1, 2, 11])
  func together(count: Int) throws {
    for specification in StepCatalogue.all {
      for variant in try StepVariant.choices(of: specification) {
        guard let method = try variant.method as? any JointRestoration else { continue }
        for input in OddInput.all where input.volume.voxels.count < 20_000 {
          let volumes = Array(repeating: input.volume, count: count)
          do {
            let (restored, _) = try method.apply(
              together: volumes, excluding: volumes.map { _ in input.excluded }, work: .unattended)
            #expect(restored.count == count)
            for volume in restored { check(volume, variant, input) }
          } catch let error as RestorationError {
            #expect(!error.reason.isEmpty)
          }
        }
      }
    }
  }

  private func hold(
    _ variant: StepVariant, on input: OddInput, isExtreme: Bool = false
  ) throws {
    do {
      let restored = try variant.method.apply(
        to: input.volume, excluding: input.excluded, work: .unattended)
      check(restored.volume, variant, input, isExtreme: isExtreme)
    } catch let error as RestorationError {
      #expect(!error.reason.isEmpty)
      #expect(
        isExtreme || error.code == .unfitVolume,
        "\(variant.testDescription) on \(input.testDescription): \(error.reason)")
    }
  }

  private func check(
    _ volume: Volume, _ variant: StepVariant, _ input: OddInput, isExtreme: Bool = false
  ) {
    let place = Comment(rawValue: "\(variant.testDescription) on \(input.testDescription)")
    guard volume.dimensions == input.volume.dimensions,
      volume.voxelSpacing == input.volume.voxelSpacing
    else { return checkRegridded(volume, input, place) }
    var (kept, finite, steady) = (true, true, true)
    let extent = input.extent
    for (index, value) in volume.voxels.enumerated() {
      let source = input.volume.voxels[index]
      if !input.counts(index) {
        kept = kept && value.bitPattern == source.bitPattern
      } else {
        finite = finite && value.isFinite
        if let extent, extent.lowerBound == extent.upperBound { steady = steady && value == source }
      }
    }
    #expect(kept, "excluded voxels changed: \(place)")
    #expect(finite, "finite voxels became infinite: \(place)")
    #expect(steady || isExtreme || variant.mapsConstants, "a constant changed: \(place)")
  }

  /// On another grid: no NaN out of nothing, and a constant is the same constant.
  private func checkRegridded(_ volume: Volume, _ input: OddInput, _ place: Comment) {
    guard let extent = input.extent, input.excluded == nil,
      input.volume.voxels.allSatisfy(\.isFinite)
    else { return }
    let finite = volume.voxels.allSatisfy(\.isFinite)
    #expect(finite, place)
    guard extent.lowerBound == extent.upperBound else { return }
    let steady = volume.voxels.allSatisfy { $0 == extent.lowerBound }
    #expect(steady, "a constant changed: \(place)")
  }
}
