/// Overlay planes, groups 6000 to 601E: those with data of their own stay while the grid does.
///
/// One that lived in unused bits of the pixels (retired) is gone with them; one on an old grid
/// would point at the wrong voxels.
enum DerivedOverlays {
  /// The elements to remove.
  static func stale(_ item: DerivedItem, gridChanges: Bool) -> [DerivedTag] {
    let overlays = item.tags.filter(\.isOverlay)
    let withData = Set(overlays.filter { $0.element == 0x3000 }.map(\.group))
    return overlays.filter { gridChanges || !withData.contains($0.group) }
  }
}
