/// How much memory methods need, known from the grid alone.
///
/// What is counted is held beside the volume that a method is given: its result and all scratch at
/// the worst moment. Bytes are `Double`, since a hostile header may announce more than an `Int`
/// holds. Each method's count stands in its own `+Memory` file; tests hold them against what jobs
/// really take.
public struct MemoryDemand: Sendable, Equatable {
  /// What is to be restored.
  public var grid: VolumeGrid
  /// Whether voxels may be excluded: padding, NaN.
  public var mayExclude: Bool
  /// Threads that work at the same time.
  public var cores: Int

  /// Creates a demand.
  public init(grid: VolumeGrid, mayExclude: Bool, cores: Int) {
    self.grid = grid
    self.mayExclude = mayExclude
    self.cores = max(1, cores)
  }

  /// Bytes of one volume as `Float`.
  var volume: Double { grid.floatBytes }

  /// Bytes of a copy in which excluded voxels are filled; 0 where nothing is excluded.
  var filling: Double { mayExclude ? volume : 0 }

  /// Bytes of a box on every core, with a margin around it and `copies` floats a voxel.
  func boxes(_ size: SIMD3<Int>, margin: Int, copies: Double) -> Double {
    var voxels = 1.0
    for axis in 0..<3 {
      voxels *= Double(min(size[axis], grid.dimensions[axis]) + (size[axis] > 1 ? 2 * margin : 0))
    }
    return 4 * voxels * copies * Double(cores)
  }

  /// Bytes of the samples that noise is estimated from, of a million details at most.
  var noiseSamples: Double { 48 * min(grid.voxelCount, 1_048_576) }
}

extension RestorationMethod {
  /// Bytes that the method needs beside the volume it is given, its result among them.
  ///
  /// Three volumes unless the method knows better.
  public func workingBytes(_ demand: MemoryDemand) -> Double { 3 * demand.volume }

  /// The grid of the result; that of the source unless the method resamples.
  public func resultGrid(of grid: VolumeGrid) -> VolumeGrid { grid }
}
