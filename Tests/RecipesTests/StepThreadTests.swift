import Recipes
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Every step on several threads")
struct StepThreadTests {
  @Test("Results are the same for any number of threads, and from run to run")
  func threads() throws {
    defer { Threads.use(0) }
    for specification in StepCatalogue.all {
      for variant in try StepVariant.choices(of: specification) {
        for (name, volume) in Self.scenes {
          let place = "\(variant.testDescription) on \(name)"
          Threads.use(1)
          let first = try outcome(variant, volume)
          for count in [2, 3, 5, 5, 1, 0] {
            Threads.use(count)
            #expect(try outcome(variant, volume) == first, "\(count) threads: \(place)")
          }
        }
      }
    }
  }

  /// What came out, so that it can be compared bit by bit.
  private struct Outcome: Equatable {
    var voxels: [[UInt32]] = []
    var figures: Figures?
    var error: String?
  }

  private func outcome(_ variant: StepVariant, _ volume: Volume) throws -> Outcome {
    func bits(_ volumes: [Volume]) -> [[UInt32]] { volumes.map { $0.voxels.map(\.bitPattern) } }
    do {
      let method = try variant.method
      if let joint = method as? any JointRestoration {
        let volumes = (0..<9).map { Self.shaded(volume, $0) }
        let (restored, figures) = try joint.apply(
          together: volumes, excluding: volumes.map { _ in nil }, work: .unattended)
        return Outcome(voxels: bits(restored), figures: figures)
      }
      let restored = try method.apply(to: volume, excluding: nil, work: .unattended)
      return Outcome(voxels: bits([restored.volume]), figures: restored.figures)
    } catch let error as RestorationError {
      return Outcome(error: error.reason)
    }
  }

  /// The volume in another echo: other noise, another brightness.
  private static func shaded(_ volume: Volume, _ echo: Int) -> Volume {
    var generator = SplitMix64(seed: UInt64(echo))
    return volume.replacingVoxels(
      volume.voxels.map { $0 * Float(echo + 2) / 8 + Float(3 * generator.normal()) })
  }

  /// A volume, a CT with metal and gaps, and a picture with the lines of a grid.
  private static let scenes: [(String, Volume)] = {
    var metal = OddInput.ball([72, 68, 4]) { $0 < 300 ? -1000 : $0 - 560 }
    for z in 1..<3 {
      for y in 30..<35 {
        for x in [20, 21, 22, 23, 50, 51, 52] { metal[x, y, z] = 4000 }
      }
    }
    for x in 0..<9 { metal[x, 0, 0] = .nan }
    var lines = OddInput.ball([300, 280, 1])
    for y in 0..<280 {
      for x in stride(from: 0, to: 300, by: 3) { lines[x, y, 0] += 90 }
    }
    return [("a ball", OddInput.ball([61, 57, 14])), ("metal", metal), ("lines", lines)]
  }()
}
