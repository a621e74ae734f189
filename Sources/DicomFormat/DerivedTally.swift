import ScanModel
import VolumeModel

/// What has come together over the files.
struct DerivedTally {
  var added: Set<DerivedTag> = []
  var changed: Set<DerivedTag> = []
  var removed: Set<DerivedTag> = []
  var droppedPrivate = 0
  var clipped = 0

  mutating func add(_ instance: DerivedInstance) {
    added.formUnion(instance.added)
    changed.formUnion(instance.changed)
    removed.formUnion(instance.removed)
    droppedPrivate += instance.droppedPrivate
    clipped += instance.context.values.clipped
  }

  var changes: WrittenSeries.AttributeChanges {
    var changes = WrittenSeries.AttributeChanges()
    changes.added = added.subtracting(changed).map(\.keyword).sorted()
    changes.changed = changed.map(\.keyword).sorted()
    changes.removed = removed.map(\.keyword).sorted()
    return changes
  }

  /// The record of a series.
  func written(_ identity: DerivedIdentity, _ encoding: DerivedEncoding) -> WrittenSeries {
    let target = encoding.targets[0]
    var written = WrittenSeries(
      fileNames: identity.fileNames, seriesInstanceUID: identity.seriesInstanceUID,
      sopInstanceUIDs: identity.sopInstanceUIDs,
      storedType: target.typeName,
      bitsStored: target.bitsStored, clippedVoxels: clipped,
      newRescale: encoding.newRescale, changes: changes,
      droppedPrivateAttributes: droppedPrivate, warnings: encoding.warnings)
    written.supersededSeriesInstanceUID = identity.supersededSeriesInstanceUID
    return written
  }
}

extension DicomSlice {
  /// Refuses a slice that cannot be written back.
  func check(fills volume: Volume) throws(DicomError) {
    guard storedCount == volume.planeCount else {
      throw DicomError(.inconsistent, "a slice's stored values do not fill Rows and Columns")
    }
    guard [8, 12, 16, 32].contains(pixels.bitsAllocated) || pixels.isReal,
      (1...pixels.bitsAllocated).contains(pixels.bitsStored),
      (pixels.bitsStored - 1..<pixels.bitsAllocated).contains(pixels.highBit)
    else { throw DicomError(.unsupported, "Bits Allocated, Bits Stored or High Bit") }
  }
}
