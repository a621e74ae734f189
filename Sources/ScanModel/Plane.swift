internal import VolumeModel

/// Where one instance lies.
struct Plane: Comparable {
  let member: Int
  let position: SIMD3<Double>
  let row: SIMD3<Double>
  let column: SIMD3<Double>
  let normal: SIMD3<Double>
  private let rows: Int
  private let columns: Int
  private let instanceNumber: Int
  private let sopInstanceUID: String

  /// Nil where the facts do not say where the instance lies, or name no place on earth.
  init?(_ facts: DicomFacts, member: Int) {
    guard let position = facts.imagePosition, position.count == 3,
      let orientation = facts.imageOrientation, orientation.count == 6,
      (position + orientation).allSatisfy({ $0.magnitude < 1e6 })
    else { return nil }
    self.member = member
    self.position = [position[0], position[1], position[2]]
    row = [orientation[0], orientation[1], orientation[2]]
    column = [orientation[3], orientation[4], orientation[5]]
    let across = cross(row, column)
    // Zero or parallel directions span no plane.
    guard length(across) > 0.5, length(across) < 2 else { return nil }
    normal = across / length(across)
    rows = facts.rows
    columns = facts.columns
    instanceNumber = facts.instanceNumber ?? .max
    sopInstanceUID = facts.sopInstanceUID
  }

  /// Whether two planes can belong to one volume.
  func isParallel(to other: Plane) -> Bool {
    rows == other.rows && columns == other.columns
      && abs(row - other.row).max() <= 1e-3 && abs(column - other.column).max() <= 1e-3
  }

  /// The order of acquisition: what came first leads, whatever order the files came in.
  static func < (a: Plane, b: Plane) -> Bool {
    (a.instanceNumber, a.sopInstanceUID) < (b.instanceNumber, b.sopInstanceUID)
  }
}

extension [Plane] {
  /// From the lowest to the highest along a direction; acquisition decides between equals.
  func sorted(along normal: SIMD3<Double>) -> [Plane] {
    sorted { a, b in
      let (low, high) = (dot(a.position, normal), dot(b.position, normal))
      return low == high ? a < b : low < high
    }
  }
}

private func abs(_ vector: SIMD3<Double>) -> SIMD3<Double> {
  vector.replacing(with: -vector, where: vector .< 0)
}
