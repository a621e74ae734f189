import ScanModel
import VolumeModel

/// Makes one multi-frame object, or one mosaic, from its frames.
struct DerivedObjectWriter {
  let object: DerivedFramesJob.Object
  let index: Int
  let derivation: Derivation
  let imageClass: DerivedImageClass
  let identity: DerivedIdentity
  let origins: DerivedOrigins
  /// How windows follow the values, by stack.
  let windows: [DerivedWindow?]

  /// The object with all its attributes and pixels, not yet saved.
  func instance() throws(DicomError) -> DerivedInstance {
    let dataset = try DerivedDataset(path: object.slice.path)
    let root = dataset.root
    // Of several scales the one that speaks for the object is a new one, if there is any.
    let speaker =
      object.planes.first { $0.target.rescale != $0.slice.pixels.rescale } ?? object.planes[0]
    var context = DerivedContext(
      derivation: derivation, identity: identity, imageClass: imageClass, facts: object.facts,
      plane: DerivedPlane(index: index, source: 0, sharesGrid: true),
      sources: origins.objects(of: object)[...], sourcePixels: speaker.slice.pixels,
      target: speaker.target, values: try values(),
      window: window, geometry: nil, locationsPreserved: !derivation.resampledGeometry,
      moment: DerivedMoment(
        derivation.moment, sourceOffset: root.text(.timezoneOffsetFromUTC),
        utcOffsetMinutes: derivation.utcOffsetMinutes),
      characters: DerivedText(characterSets: root.values(.specificCharacterSet)),
      encapsulatedLength: root.encapsulatedLength, colours: colours,
      isHounsfield: speaker.pixels.stack.unit == .hounsfield)
    let hasGroups =
      object.facts.frames > 0
      && root.items(.perFrameFunctionalGroupsSequence).count == object.planes.count
    if hasGroups {
      context.groups = groups
      context.isMixed = object.planes.contains { $0.stack == nil }
    }
    var instance = DerivedInstance(dataset: dataset, context: context)
    try instance.derive()
    return instance
  }

  /// How the object's own windows follow the values: they stay if those of any volume do.
  private var window: DerivedWindow? {
    let own = object.planes.compactMap(\.stack).map { windows[$0] }
    return own.contains { $0 == nil } ? nil : own.isEmpty ? nil : own[own.count / 2]
  }

  private var groups: DerivedFrameGroups {
    DerivedFrameGroups(
      frames: object.planes.map { plane in
        DerivedFrameGroups.Frame(
          isRestored: plane.stack != nil, source: plane.slice.pixels, target: plane.target,
          window: plane.stack.flatMap { windows[$0] },
          isHounsfield: plane.pixels.stack.unit == .hounsfield,
          origins: origins.frames(of: plane))
      })
  }

  /// The colours of all frames one after another; nil for grey ones.
  private var colours: ColourPixels? {
    guard object.slice.colours != nil else { return nil }
    return ColourPixels(samples: object.planes.flatMap { $0.slice.colours?.samples ?? [] })
  }

  /// The stored values of all frames one after another, or of the mosaic.
  private func values() throws(DicomError) -> DerivedPlaneValues {
    var all = DerivedPlaneValues(stored: [], clipped: 0, isChanged: false, range: nil)
    all.stored.reserveCapacity(object.planes.count * object.planes[0].pixels.restored.planeCount)
    for plane in object.planes {
      let values = try plane.pixels.values(target: plane.target)
      all.stored += values.stored
      all.upperHalves += values.upperHalves
      all.clipped += values.clipped
      all.isChanged = all.isChanged || values.isChanged
      if let range = values.range {
        let old = all.range ?? range
        all.range =
          min(old.lowerBound, range.lowerBound)...max(old.upperBound, range.upperBound)
      }
    }
    if let across = object.facts.tilesAcross {
      let places = Mosaic.places(
        across: across, columns: object.facts.columns, rows: object.facts.rows)
      var tiled = all.stored
      for (index, place) in places.enumerated() { tiled[place] = all.stored[index] }
      all.stored = tiled
    }
    return all
  }
}
