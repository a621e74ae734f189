import ScanModel
import VolumeModel

/// What becomes of the attributes that place an image, when its grid changes.
enum DerivedGeometryRules {
  private typealias Rule = DerivedAttributeRule
  private static let when = "the grid changes"
  private static let reason = "describes the new grid"

  /// Rows and columns of the rules' table.
  static let all: [DerivedAttributeRule] = [
    rule(.rows) { (geometry, _, _) in String(geometry.rows) },
    rule(.columns) { (geometry, _, _) in String(geometry.columns) },
    rule(.pixelSpacing) { (geometry, _, item) in
      guard geometry.position != nil || item.has(.pixelSpacing) else { return nil }
      // Row spacing first: the distance from row to row.
      return text([geometry.voxelSpacing.y, geometry.voxelSpacing.x])
    },
    rule(.imagerPixelSpacing) { (geometry, _, item) in
      guard let old = item.numbers(.imagerPixelSpacing), old.count == 2 else { return nil }
      return text([old[0] * geometry.spacingRatio.y, old[1] * geometry.spacingRatio.x])
    },
    rule(.imagePositionPatient) { (geometry, _, _) in
      geometry.position.map { text([$0.x, $0.y, $0.z]) }
    },
    rule(.imageOrientationPatient) { (geometry, _, _) in
      geometry.orientation.map {
        text([$0.row.x, $0.row.y, $0.row.z, $0.column.x, $0.column.y, $0.column.z])
      }
    },
    rule(.sliceLocation) { (geometry, _, item) in
      guard item.has(.sliceLocation), let position = geometry.position,
        let orientation = geometry.orientation
      else { return nil }
      return text([dot(position, cross(orientation.row, orientation.column))])
    },
    rule(.sliceThickness) { (geometry, _, item) in
      item.has(.sliceThickness) ? text([geometry.voxelSpacing.z]) : nil
    },
    rule(.spacingBetweenSlices) { (geometry, context, item) in
      guard item.has(.spacingBetweenSlices) || context.facts.modality == "MR" else { return nil }
      return text([geometry.voxelSpacing.z])
    },
    rule(.numberOfSlices) { (geometry, _, item) in
      item.has(.numberOfSlices) ? String(geometry.planeCount) : nil
    },
    rule(.imageIndex) { (_, context, item) in
      item.has(.imageIndex) ? String(context.plane.index + 1) : nil
    },
    rule(.imagesInAcquisition) { (geometry, _, item) in
      item.has(.imagesInAcquisition) ? String(geometry.planeCount) : nil
    },
    .removed(.sequenceOfUltrasoundRegions, when: when, "its regions count old pixels") {
      $0.geometry != nil
    },
  ]

  private static func rule(
    _ tag: DerivedTag,
    _ value: @escaping @Sendable (DerivedGeometry, DerivedContext, DerivedItem) -> String?
  ) -> DerivedAttributeRule {
    Rule(tag, .changed, when: when, reason) { (context, item) in
      guard let geometry = context.geometry, let text = value(geometry, context, item) else {
        return .keep
      }
      return .put(text)
    }
  }

  private static func text(_ numbers: [Double]) -> String {
    // Negative zero reads oddly.
    numbers.map { DerivedDecimal.text($0 == 0 ? 0 : $0) }.joined(separator: "\\")
  }
}
