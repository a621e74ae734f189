import Foundation
import ScanModel
import VolumeModel

/// One call of the writer of multi-frame objects: what is decided for the whole series, then object
/// by object.
struct DerivedFramesJob {
  /// One frame of the result on its way back.
  struct Plane {
    var pixels: DerivedPixels
    /// Which of the series' stacks it belongs to; nil for a frame that is carried over.
    var stack: Int?
    /// Bits, sign and rescale of the result.
    var target: StoredPixels

    var slice: DicomSlice { pixels.stack.slices[pixels.plane.source] }
  }

  /// One object of the result.
  struct Object {
    /// Its frames, or its tiles, in their order.
    var planes: [Plane]

    var slice: DicomSlice { planes[0].slice }
    var facts: DicomFacts { slice.facts }
  }

  let series: DicomSeries
  let restored: [Volume]
  let derivation: Derivation
  let folder: String

  /// Writes all files.
  func run() throws(DicomError) -> WrittenSeries {
    var planes = try planes()
    let imageClass = DerivedImageClass(
      sopClassUID: planes[0].slice.facts.sopClassUID,
      isColour: planes.contains { $0.slice.colours != nil })
    var encoding = try DerivedEncoding(planes: planes.map(\.pixels), imageClass: imageClass)
    for index in planes.indices {
      // What no step has touched fits its own rescale.
      if planes[index].stack == nil {
        encoding.targets[index].rescale = planes[index].slice.pixels.rescale
        encoding.targets[index].hasRescale = planes[index].slice.pixels.hasRescale
      }
      planes[index].target = encoding.targets[index]
    }
    let windows = zip(series.stacks, restored).map {
      DerivedWindow(stack: $0, restored: $1, presentation: derivation.presentation)
    }
    let objects = try objects(planes)
    let identity = DerivedIdentity(objects: objects.map(\.slice), derivation: derivation) {
      FileManager.default.fileExists(atPath: folder + "/" + $0)
    }
    let origins = DerivedOrigins(
      objects, identity: identity, stacks: series.stacks.count, reach: derivation.sliceReach)
    var tally = DerivedTally()
    for index in objects.indices {
      let writer = DerivedObjectWriter(
        object: objects[index], index: index, derivation: derivation, imageClass: imageClass,
        identity: identity, origins: origins, windows: windows)
      let instance = try writer.instance()
      try instance.dataset.save(
        to: folder + "/" + identity.fileNames[index],
        transferSyntaxUID: derivation.transferSyntax.uid(of: objects[index].planes[0].target))
      tally.add(instance)
    }
    return tally.written(identity, encoding)
  }

  /// Every frame of every object, each as it was read and as it is to be written.
  private func planes() throws(DicomError) -> [Plane] {
    guard !series.stacks.isEmpty, series.stacks.count == restored.count else {
      throw DicomError(.inconsistent, "the volumes and the results differ in number")
    }
    var planes: [Plane] = []
    let carried = series.carried.map { ($0, $0.volume, nil as Int?) }
    let stacks = series.stacks.indices.map { (series.stacks[$0], restored[$0], Optional($0)) }
    for (stack, volume, number) in stacks + carried {
      guard volume.dimensions == stack.volume.dimensions,
        volume.voxelSpacing == stack.volume.voxelSpacing
      else {
        throw DicomError(.unsupported, "A multi-frame object or a mosaic cannot be resampled.")
      }
      for (index, slice) in stack.slices.enumerated() {
        try slice.check(fills: stack.volume)
        planes.append(
          Plane(
            pixels: DerivedPixels(
              stack: stack, restored: volume,
              plane: DerivedPlane(index: index, source: index, sharesGrid: true)),
            stack: number, target: slice.pixels))
      }
    }
    return planes
  }

  /// The planes by object, in the objects' order, each with all its frames.
  private func objects(_ planes: [Plane]) throws(DicomError) -> [Object] {
    let byPath = Dictionary(grouping: planes) { $0.slice.path }
    let objects = byPath.values.map { planes in
      Object(planes: planes.sorted { $0.slice.frame < $1.slice.frame })
    }.sorted {
      ($0.facts.instanceNumber ?? .max, $0.facts.sopInstanceUID, $0.slice.path)
        < ($1.facts.instanceNumber ?? .max, $1.facts.sopInstanceUID, $1.slice.path)
    }
    for object in objects {
      let count = object.facts.frameFacts?.count ?? 1
      guard object.planes.map(\.slice.frame) == Array(0..<count) else {
        throw DicomError(.inconsistent, "the volumes do not hold every frame of an object once")
      }
      let pixels = object.facts.pixelCount
      guard pixels * Double(object.planes[0].target.bitsAllocated / 8) < 0xFFFF_FFFE else {
        throw DicomError(.unsupported, "Pixel Data would be longer than DICOM can say.")
      }
    }
    return objects
  }
}
