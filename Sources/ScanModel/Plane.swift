internal import VolumeModel

/// Where one instance, or one frame of it, lies.
struct Plane: Comparable {
  let member: Int
  /// The frame, from 0.
  let frame: Int
  /// Whether it is one of the frames of a multi-frame object.
  let isFrame: Bool
  /// What tells it from others at its place.
  let distinguishing: [String: String]
  let position: SIMD3<Double>
  let row: SIMD3<Double>
  let column: SIMD3<Double>
  let normal: SIMD3<Double>
  private let rows: Int
  private let columns: Int
  private let instanceNumber: Int
  private let sopInstanceUID: String

  /// Nil where the facts do not say where the plane lies, or name no place on earth.
  init?(_ facts: DicomFacts, member: Int, frame: Int? = nil) {
    let own = frame.flatMap { facts.frameFacts?[$0] }
    guard let position = own == nil ? facts.imagePosition : own?.imagePosition,
      position.count == 3,
      let orientation = own == nil ? facts.imageOrientation : own?.imageOrientation,
      orientation.count == 6, (position + orientation).allSatisfy({ $0.magnitude < 1e6 })
    else { return nil }
    self.member = member
    self.frame = frame ?? 0
    isFrame = own != nil
    distinguishing = own?.distinguishing ?? facts.distinguishing
    self.position = [position[0], position[1], position[2]]
    row = [orientation[0], orientation[1], orientation[2]]
    column = [orientation[3], orientation[4], orientation[5]]
    let across = cross(row, column)
    // Zero or parallel directions span no plane.
    guard length(across) > 0.5, length(across) < 2 else { return nil }
    normal = across / length(across)
    rows = facts.frameRows
    columns = facts.frameColumns
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
    (a.instanceNumber, a.sopInstanceUID, a.frame) < (b.instanceNumber, b.sopInstanceUID, b.frame)
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
