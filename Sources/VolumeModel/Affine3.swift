/// An affine map from voxel indices to patient space, both in three dimensions.
///
/// Patient space is LPS in mm (x to the left, y to the back, z to the head), as in DICOM.
public struct Affine3: Sendable, Equatable, Codable {
  /// The step in mm for one voxel along x.
  public var x: SIMD3<Double>
  /// The step in mm for one voxel along y.
  public var y: SIMD3<Double>
  /// The step in mm for one voxel along z.
  public var z: SIMD3<Double>
  /// Where the centre of voxel (0, 0, 0) lies, in mm.
  public var origin: SIMD3<Double>

  /// Creates a map from its columns.
  public init(
    x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>, origin: SIMD3<Double>
  ) {
    self.x = x
    self.y = y
    self.z = z
    self.origin = origin
  }

  /// The grid with axes along patient space and the given spacing in mm.
  public init(spacing: SIMD3<Double>) {
    self.init(
      x: [spacing.x, 0, 0], y: [0, spacing.y, 0], z: [0, 0, spacing.z], origin: [0, 0, 0])
  }

  /// Where a voxel index lies in mm; fractions of a voxel are allowed.
  public func position(of index: SIMD3<Double>) -> SIMD3<Double> {
    origin + x * index.x + y * index.y + z * index.z
  }

  /// The lengths of the three steps, in mm.
  public var spacing: SIMD3<Double> { [length(x), length(y), length(z)] }
}

/// The Euclidean length of a vector.
public func length(_ vector: SIMD3<Double>) -> Double { dot(vector, vector).squareRoot() }

/// The scalar product of two vectors.
public func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

/// The vector product of two vectors.
public func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
}
