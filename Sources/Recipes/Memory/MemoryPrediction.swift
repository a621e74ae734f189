import Restoration

/// How much memory a job will take at its worst moment, from headers and recipe alone.
///
/// An upper bound, as near to the truth as can be told without reading a voxel: on large volumes at
/// most half as much again (see the table in `docs/benchmarks.md`). Four moments are looked at:
/// reading, each step, measuring the quality, and writing; the worst counts.
public struct MemoryPrediction: Sendable, Equatable {
  /// The process itself: code, decoders, dictionary, stacks.
  private static let base = 44.0 * 1_048_576
  /// What each thread's allocator keeps for itself.
  private static let perCore = 4.0 * 1_048_576
  /// What the heap holds beyond what is in use, since not all that is freed goes back at once.
  private static let slack = 1.05

  /// The scan.
  public var extent: ScanExtent
  /// Threads that work at the same time.
  public var cores: Int

  /// Creates a prediction for a machine of so many cores.
  public init(_ extent: ScanExtent, cores: Int) {
    self.extent = extent
    self.cores = max(1, cores)
  }

  /// The bytes that a job needs.
  ///
  /// - Parameters:
  ///   - recipe: What is done.
  ///   - modality: Decides the steps' defaults; nil when unknown.
  /// - Returns: An upper bound; `Int.max` where it is more than can be counted.
  public func bytes(for recipe: Recipe, modality: String?) -> Int {
    var worst = reading
    var parts = extent.parts
    var current = 0.0
    for step in recipe.steps {
      // Steps whose parameters contradict each other end the job before they need anything.
      guard let method = try? step.method(for: modality) else { continue }
      worst = max(worst, kept + restoring(parts, with: method, current: current))
      for index in parts.indices { parts[index].grid = method.resultGrid(of: parts[index].grid) }
      current = parts.reduce(0) { $0 + $1.floatBytes }
    }
    worst = max(worst, kept + current + max(measuring(parts), writing(parts)))
    let bytes = Self.base + Self.perCore * Double(cores) + Self.slack * worst
    return bytes < 0x1p62 ? Int(bytes) : .max
  }

  /// What is held from the reading to the end: the source, its exclusions, its stored values.
  private var kept: Double {
    extent.floatBytes * (1 + (extent.storedBytes + (extent.mayExclude ? 1 : 0)) / 4)
  }

  private var reading: Double {
    kept + Double(min(cores, max(extent.files, 1))) * extent.decodingBytes
  }

  /// A step's worst moment, beside what is kept.
  ///
  /// - Parameters:
  ///   - parts: What goes into the step.
  ///   - method: The step.
  ///   - current: Bytes of the results of the steps before; 0 while the source is worked on.
  /// - Returns: Bytes.
  private func restoring(
    _ parts: [ScanExtent.Part], with method: any RestorationMethod, current: Double
  ) -> Double {
    guard let largest = parts.map(\.grid).max(by: { $0.voxelCount < $1.voxelCount }) else {
      return current
    }
    let demand = MemoryDemand(grid: largest, mayExclude: extent.mayExclude, cores: cores)
    let result = method.resultGrid(of: largest).floatBytes
    let results = parts.reduce(0) { $0 + $1.count * method.resultGrid(of: $1.grid).floatBytes }
    if let joint = method as? any JointRestoration, parts.reduce(0, { $0 + $1.count }) > 1 {
      return current + results + joint.jointBytes(demand)
    }
    // One volume after the other: the last of them beside the results of all before it.
    let before = current > 0 ? largest.floatBytes : 0
    return max(current, results - result + before) + method.workingBytes(demand)
  }

  /// Which voxels count, the details that noise is seen in, and bands of rows that are compared.
  private func measuring(_ parts: [ScanExtent.Part]) -> Double {
    guard let largest = parts.map(\.grid).max(by: { $0.voxelCount < $1.voxelCount }) else {
      return 0
    }
    let rows = min(largest.planeCount, max(262_144, 64 * Double(largest.dimensions.x)) * 1.4)
    let bands = 44 * rows * min(Double(cores), Double(largest.dimensions.z))
    return (extent.mayExclude ? 2 : 1) * largest.voxelCount + bands
  }

  /// Pieces of a compressed file, or one DICOM file as values, as pixels and as its source.
  private func writing(_ parts: [ScanExtent.Part]) -> Double {
    if extent.storedBytes > 0 {
      return max(24 * (parts.map(\.grid.planeCount).max() ?? 0), extent.writingBytes)
    }
    // Of a mebibyte each, or two as double precision: 32 deflated, and one on every core.
    let pieces = parts.reduce(0) { $0 + $1.count * $1.grid.voxelCount } / 262_144 + 1
    return 2_200_000 * (min(32, pieces) / 2 + 2 * min(Double(cores), pieces))
  }
}
