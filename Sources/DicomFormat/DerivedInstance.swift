/// One result on its way from a source's data set to a file.
struct DerivedInstance {
  let dataset: DerivedDataset
  let context: DerivedContext
  /// What changed, by kind.
  private(set) var added: Set<DerivedTag> = []
  private(set) var changed: Set<DerivedTag> = []
  private(set) var removed: Set<DerivedTag> = []
  private(set) var droppedPrivate = 0

  init(dataset: DerivedDataset, context: DerivedContext) {
    self.dataset = dataset
    self.context = context
  }

  /// Applies every rule and puts the pixels in place.
  mutating func derive() throws(DicomError) {
    let root = dataset.root
    for rule in DerivedAttributeRules.all { try apply(rule, to: root) }
    if let groups = context.groups {
      try groups.apply(context, to: root)
      changed.insert(.perFrameFunctionalGroupsSequence)
      if root.has(.sharedFunctionalGroupsSequence) {
        changed.insert(.sharedFunctionalGroupsSequence)
      }
    }
    for tag in DerivedOverlays.stale(root, gridChanges: context.geometry != nil) {
      root.remove(tag)
      removed.insert(tag)
    }
    droppedPrivate += DerivedPrivateAttributes.prune(
      root,
      DerivedPrivateAttributes.Keeping(
        policy: context.derivation.keepPrivate, gridChanges: context.geometry != nil,
        keepsScale: context.keepsScale))
    try putPixels(into: root)
    if context.values.isChanged { changed.insert(context.target.pixelTag) }
  }

  private mutating func apply(
    _ rule: DerivedAttributeRule, to root: DerivedItem
  ) throws(DicomError) {
    let wasThere = root.has(rule.tag)
    switch try rule.edit(context, root) {
    case .keep: return
    case .remove:
      guard wasThere else { return }
      root.remove(rule.tag)
      removed.insert(rule.tag)
    case .put(let bytes, let vr):
      if wasThere, root.bytes(rule.tag) == bytes, vr == nil || vr == root.vr(rule.tag) { return }
      try root.put(rule.tag, bytes, vr: vr)
      note(rule.tag, wasThere)
    case .edited: note(rule.tag, wasThere)
    }
  }

  private mutating func note(_ tag: DerivedTag, _ wasThere: Bool) {
    if wasThere { changed.insert(tag) } else { added.insert(tag) }
  }

  /// Floating-point pixel data go back into the element that they came from.
  private func putReals(into root: DerivedItem) throws(DicomError) {
    if context.target.bitsAllocated == 64 {
      try root.putReals(context.values.doubles)
    } else {
      try root.putReals(context.values.floats)
    }
  }

  private func putPixels(into root: DerivedItem) throws(DicomError) {
    if context.target.isReal {
      try putReals(into: root)
      return
    }
    let shift = Int32(context.target.highBit + 1 - context.target.bitsStored)
    root.remove(.pixelData)
    if let colours = context.colours {
      try root.putPixels(colours.shifted(to: context.values.stored))
      return
    }
    if context.target.bitsAllocated == 32 {
      try root.putPixels(
        context.values.stored.map { UInt32(bitPattern: $0) << UInt32(max(0, shift)) })
      return
    }
    if context.target.bitsAllocated == 8 {
      try root.putPixels(context.values.stored.map { UInt8(truncatingIfNeeded: $0 << shift) })
    } else {
      try root.putPixels(context.values.stored.map { UInt16(truncatingIfNeeded: $0 << shift) })
    }
  }
}
