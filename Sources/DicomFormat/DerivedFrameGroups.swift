import VolumeModel

/// What becomes of the functional groups of a multi-frame object (PS3.3 C.7.6.16).
///
/// A group that all frames share stays shared while the result has one value for all of them; else
/// each frame gets its own.
struct DerivedFrameGroups: Sendable {
  /// What is new about one frame.
  struct Frame: Sendable {
    /// Whether it went through the steps; else it is carried over as it is.
    var isRestored: Bool
    var source: StoredPixels
    var target: StoredPixels
    /// How its windows follow the values; nil keeps them.
    var window: DerivedWindow?
    var isHounsfield: Bool
    /// What it was computed from.
    var origins: [DerivedOrigin]
  }

  /// One element a frame of the object.
  var frames: [Frame]

  /// Changes the groups of a data set.
  func apply(_ context: DerivedContext, to root: DerivedItem) throws(DicomError) {
    let items = root.items(.perFrameFunctionalGroupsSequence)
    guard items.count == frames.count else { return }
    let editor = GroupEditor(
      shared: root.items(.sharedFunctionalGroupsSequence).first, frames: items)
    try putFrameTypes(editor)
    try putRescales(context, editor)
    try putWindows(context, editor)
    try dropRealWorldValues(context, editor)
    try putDerivations(context, editor)
  }

  /// The context of one frame.
  private func local(_ context: DerivedContext, _ frame: Frame) -> DerivedContext {
    var local = context
    local.sourcePixels = frame.source
    local.target = frame.target
    local.window = frame.window
    local.isHounsfield = frame.isHounsfield
    local.groups = nil
    return local
  }

  private func putFrameTypes(_ editor: GroupEditor) throws(DicomError) {
    let all = frames.allSatisfy(\.isRestored)
    for group in editor.groups(holding: .frameType) {
      if !all { try editor.spread(group) }
      try editor.edit(group) { (item, frame) throws(DicomError) in
        guard frame.map({ frames[$0].isRestored }) ?? all else { return }
        var values = item.values(.frameType)
        if values.isEmpty { return }
        values[0] = "DERIVED"
        try item.put(.frameType, values.joined(separator: "\\"))
      }
    }
  }

  private func putRescales(
    _ context: DerivedContext, _ editor: GroupEditor
  ) throws(DicomError) {
    let group = DerivedTag.pixelValueTransformationSequence
    let isStale = frames.map { frame in
      frame.source.rescale != frame.target.rescale
        || (frame.isRestored && context.leavesHounsfield)
    }
    guard isStale.contains(true) else { return }
    let isUniform = frames.allSatisfy { $0.target.rescale == frames[0].target.rescale }
    if isUniform && !isStale.contains(false) {
      try editor.makeShared(group)
    } else {
      try editor.spread(group)
      try editor.makeOwn(group)
    }
    try editor.edit(group) { (item, frame) throws(DicomError) in
      guard isStale[frame ?? 0] else { return }
      let new = frames[frame ?? 0]
      try item.put(.rescaleIntercept, DerivedDecimal.text(new.target.rescale.intercept))
      try item.put(.rescaleSlope, DerivedDecimal.text(new.target.rescale.slope))
      if case .put(let type, _) = DerivedValues.rescaleType(local(context, new), item) {
        try item.put(.rescaleType, type)
      } else if item.text(.rescaleType) == nil {
        try item.put(.rescaleType, "US")
      }
    }
  }

  private func putWindows(_ context: DerivedContext, _ editor: GroupEditor) throws(DicomError) {
    let group = DerivedTag.frameVOILUTSequence
    guard frames.contains(where: { $0.window != nil }) else { return }
    if !frames.allSatisfy({ $0.window == frames[0].window }) { try editor.spread(group) }
    try editor.edit(group) { (item, frame) throws(DicomError) in
      let local = local(context, frames[frame ?? 0])
      guard local.window != nil else { return }
      if case .put(let text, _) = DerivedValues.windowCenter(local, item) {
        try item.put(.windowCenter, text)
      }
      if case .put(let text, _) = DerivedValues.windowWidth(local, item) {
        try item.put(.windowWidth, text)
      }
      item.remove(.voiLUTSequence)
    }
  }

  /// What maps stored values to a measure is false once they mean something else.
  private func dropRealWorldValues(
    _ context: DerivedContext, _ editor: GroupEditor
  ) throws(DicomError) {
    let group = DerivedTag.realWorldValueMappingSequence
    let isStale = frames.map { $0.isRestored && !local(context, $0).keepsScale }
    guard isStale.contains(true) else { return }
    try editor.spread(group)
    for (item, isStale) in zip(editor.frames, isStale) where isStale { item.remove(group) }
  }

  private func putDerivations(
    _ context: DerivedContext, _ editor: GroupEditor
  ) throws(DicomError) {
    try editor.spread(.derivationImageSequence)
    for (item, frame) in zip(editor.frames, frames) {
      guard frame.isRestored else {
        // A group stands in all frames or in none; this one may be empty.
        try item.putEmpty(.derivationImageSequence)
        continue
      }
      try DerivedValues.derivationImage(
        item.append(to: .derivationImageSequence), origins: frame.origins, context)
    }
  }
}

/// The functional groups of one object, open for editing.
struct GroupEditor {
  /// The groups that all frames share; nil without any.
  let shared: DerivedItem?
  /// The groups of each frame.
  let frames: [DerivedItem]

  /// The groups whose items hold an attribute.
  func groups(holding tag: DerivedTag) -> [DerivedTag] {
    var found: Set<DerivedTag> = []
    for item in [shared, frames.first].compactMap(\.self) {
      for group in item.tags where item.vr(group) == "SQ" {
        if item.items(group).first?.has(tag) == true { found.insert(group) }
      }
    }
    return found.sorted()
  }

  /// Gives each frame its own copy of a shared group.
  func spread(_ group: DerivedTag) throws(DicomError) {
    guard let shared, shared.has(group) else { return }
    for item in frames where !item.has(group) { try shared.copy(group, to: item) }
    shared.remove(group)
  }

  /// Makes an empty item of a group for all frames, unless it is there.
  func makeShared(_ group: DerivedTag) throws(DicomError) {
    if shared?.has(group) == true || frames.contains(where: { $0.has(group) }) { return }
    if let shared {
      _ = try shared.append(to: group)
    } else {
      try makeOwn(group)
    }
  }

  /// Makes an empty item of a group for each frame, unless it is there.
  func makeOwn(_ group: DerivedTag) throws(DicomError) {
    for item in frames where !item.has(group) { _ = try item.append(to: group) }
  }

  /// Gives the first item of a group to a body: once, with nil, where all frames share it, else with
  /// the place of each frame.
  func edit(
    _ group: DerivedTag, _ body: (DerivedItem, Int?) throws(DicomError) -> Void
  ) throws(DicomError) {
    if let item = shared?.items(group).first { try body(item, nil) }
    for (index, frame) in frames.enumerated() {
      if let item = frame.items(group).first { try body(item, index) }
    }
  }
}
