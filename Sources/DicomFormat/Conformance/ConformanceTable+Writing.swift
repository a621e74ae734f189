/// What is written.
extension ConformanceTable {
  static let attributeRules = ConformanceTable(
    name: "attribute-rules", heads: ["attribute", "tag", "rule", "when", "why"],
    rows: DerivedAttributeRules.all.map { rule in
      [
        rule.tag.keyword, rule.tag.text.uppercased(), words(rule.effect), rule.condition,
        rule.reason,
      ]
    })

  private static func words(_ effect: DerivedAttributeRule.Effect) -> String {
    switch effect {
    case .set, .changed: effect.rawValue
    case .appended: "added to"
    case .removed: "dropped"
    }
  }

  static let privateAttributes = ConformanceTable(
    name: "private-attributes", heads: ["private creator", "kept", "without elements"],
    rows: DerivedPrivateAttributes.blocks.sorted { $0.key < $1.key }.map { creator, block in
      let scale = block.scaleElements.sorted().map(hexadecimal).joined(separator: ", ")
      return [
        "`\(creator)`",
        (block.describesGrid ? "while the grid is" : "always")
          + (scale.isEmpty ? "" : "; \(scale) while stored values keep their scale"),
        block.pixelElements.sorted().map(hexadecimal).joined(separator: ", "),
      ]
    })

  private static func hexadecimal(_ element: UInt32) -> String {
    (element < 16 ? "0" : "") + String(element, radix: 16, uppercase: true)
  }

  static let codes: ConformanceTable = {
    let steps: [(String, DerivedCode)] = DerivedCode.meanings.keys.sorted().map { name in
      ("step `\(name)`", DerivedCode.step(.init(name: name)))
    }
    let others: [(String, DerivedCode)] = [
      ("steps that smooth", DerivedCode.smoothing), ("step `resample`", .spatialResampling),
      ("no step, frame by frame", .identity), ("an earlier result, in a revision", .superseded),
      ("source images", .sourceImage), ("the scanner", .acquisitionEquipment),
      ("Restorad", .processingEquipment),
    ]
    return ConformanceTable(
      name: "codes", heads: ["of", "code", "scheme", "meaning"],
      rows: (steps + others).map { [$0, $1.value, $1.scheme, $1.meaning] })
  }()
}
