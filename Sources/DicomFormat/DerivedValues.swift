/// The values that the rules of `DerivedAttributeRules` compute, one function an attribute.
enum DerivedValues {
  /// Source × 1000 + k; 1000 + k where the source has none or the product leaves the range of IS.
  static func seriesNumber(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    let offset = context.derivation.seriesNumberOffset
    let source = item.text(.seriesNumber).flatMap { Int($0) } ?? 1
    let number = source.multipliedReportingOverflow(by: 1000)
    let sum = number.partialValue.addingReportingOverflow(offset)
    let fits =
      !number.overflow && !sum.overflow && source > 0 && Int32(exactly: sum.partialValue) != nil
    return .put(String(fits ? sum.partialValue : 1000 + offset))
  }

  static func instanceNumber(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    context.identity.instanceNumbers[context.plane.index].map { .put(String($0)) } ?? .keep
  }

  /// The source's text cut so that it and the steps in brackets have 64 characters.
  static func seriesDescription(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    let revision =
      context.derivation.revision > 1 ? "revision \(context.derivation.revision)" : ""
    if context.derivation.steps.isEmpty && revision.isEmpty { return .keep }
    var names = context.derivation.steps.map { DerivedText.ascii($0.name) }
    while names.joined(separator: "+").utf8.count > 40 { names.removeLast() }
    let isWhole = names.count == context.derivation.steps.count
    let steps = names.joined(separator: "+") + (isWhole ? "" : "+...")
    let suffix = "[" + [steps, revision].filter { !$0.isEmpty }.joined(separator: ", ") + "]"
    let original = item.bytes(.seriesDescription) ?? []
    if original.isEmpty { return .put(suffix) }
    let kept = context.characters.prefix(original, characters: 63 - suffix.utf8.count)
    return .put(kept + [0x20] + Array(suffix.utf8))
  }

  static func imageType(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    var values = item.values(.imageType)
    let imageClass = context.imageClass
    // DX demands a third value, empty (C.8.11.3.1.2).
    let least = imageClass.rescale == .fixed ? 3 : 2
    while values.count < least { values.append("") }
    values[0] = context.isMixed ? "MIXED" : "DERIVED"
    if imageClass.demandsPrimary || context.groups == nil {
      values[1] = imageClass.demandsPrimary ? "PRIMARY" : "SECONDARY"
    }
    if imageClass.allowsOwnImageType, values.count > 2, !values.contains("RESTORED") {
      values.append("RESTORED")
    }
    return .put(values.joined(separator: "\\"))
  }

  /// ST, 1024 characters: what the source says of its own derivation is cut first.
  static func derivationDescription(
    _ context: DerivedContext, _ item: DerivedItem
  ) -> DerivedEdit {
    guard context.groups == nil else { return .keep }
    let own = description(context.derivation, leavesHounsfield: context.leavesHounsfield)
    let before = item.bytes(.derivationDescription) ?? []
    let room = 1024 - own.utf8.count - 3
    if before.isEmpty || room <= 0 { return .put(own) }
    let kept = context.characters.prefix(before, characters: room)
    return .put(kept + Array(" | ".utf8) + Array(own.utf8))
  }

  /// What was done, in a sentence of ASCII of at most 1000 characters.
  static func description(_ derivation: Derivation, leavesHounsfield: Bool) -> String {
    let steps = derivation.steps.map { step in
      step.summary.isEmpty ? step.name : "\(step.name) (\(step.summary))"
    }
    let text =
      "Restorad \(derivation.version), recipe \(derivation.recipe) "
      + "(SHA-256 \(derivation.recipeSHA256.prefix(16))): \(steps.isEmpty ? "no steps" : steps.joined(separator: ", "))"
      + (derivation.sliceReach == nil || derivation.steps.isEmpty
        ? "" : "; noise and shading may be estimated from the whole series")
      + (leavesHounsfield ? "; values are for display and no longer Hounsfield units" : "")
      + revisionNote(derivation)
    return String(DerivedText.ascii(text).prefix(1000))
  }

  /// LT, 10,240 characters.
  static func imageComments(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    guard let comment = context.derivation.comment.map(DerivedText.ascii), !comment.isEmpty else {
      return .keep
    }
    let own = Array(comment.utf8.prefix(1024))
    let before = item.bytes(.imageComments) ?? []
    if before.isEmpty { return .put(own) }
    // A second generation need not say it twice.
    if before.count >= own.count, Array(before.suffix(own.count)) == own { return .keep }
    return .put(context.characters.prefix(before, characters: 9000) + Array("; ".utf8) + own)
  }

  static func ownEquipment(_ context: DerivedContext, _ value: String) -> DerivedEdit {
    guard context.derivation.equipment == .standard else { return .keep }
    return .put(String(DerivedText.ascii(value).prefix(64)))
  }

  static func deviceSerialNumber(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    if item.text(.patientIdentityRemoved) == "YES" {
      return context.derivation.equipment == .standard ? .remove : .keep
    }
    return ownEquipment(context, context.derivation.deviceID)
  }
}
