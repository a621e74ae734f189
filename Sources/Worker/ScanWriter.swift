import DicomFormat
import Foundation
import NiftiFormat
import Recipes
import ScanModel
import VolumeModel

/// Writes a restored scan in the format of its source.
struct ScanWriter {
  struct Written {
    var result: Report.Result
    var warnings: [String]
    /// The Series Instance UID of the result that is superseded, where there is one.
    var supersededSeries: String?
  }

  private let request: RestoreRequest
  private let scan: LoadedScan

  init(_ request: RestoreRequest, _ scan: LoadedScan) {
    self.request = request
    self.scan = scan
  }

  func write(_ pictures: [Picture]) throws -> Written {
    switch scan {
    case .dicom(let series): try write(pictures, as: series)
    case .nifti(let scan, let path): try write(pictures, as: scan, path: path)
    }
  }

  private func shape(_ pictures: [Picture]) -> [Int] {
    guard let volume = pictures.first?.volume else { return [] }
    let shape = [volume.dimensions.x, volume.dimensions.y, volume.dimensions.z]
    return pictures.count > 1 ? shape + [pictures.count] : shape
  }

  // MARK: DICOM

  private func write(_ pictures: [Picture], as series: DicomSeries) throws -> Written {
    if series.hasFrames { return try writeFrames(pictures, as: series) }
    var files: [String] = []
    var clipped = 0
    var warnings: [String] = []
    var last: WrittenSeries?
    var changes: [WrittenSeries.AttributeChanges] = []
    var privateRemoved = 0
    for (index, pair) in zip(series.stacks, pictures).enumerated() {
      let (stack, picture) = pair
      let written = try DerivedSeriesWriter.write(
        stack, restored: picture.volume, voxelToPatient: picture.voxelToPatient,
        derivation: derivation(for: [(picture, stack)]), stackIndex: index, into: request.output)
      files += written.fileNames
      clipped += written.clippedVoxels
      warnings += written.warnings
      warnings += droppedPrivate(written)
      changes.append(written.changes)
      privateRemoved += written.droppedPrivateAttributes
      last = written
    }
    return Written(
      result: Report.Result(
        files: files, series: last?.seriesInstanceUID, shape: shape(pictures),
        dtype: last?.storedType ?? "", clippedVoxels: clipped,
        attributes: attributes(changes, privateRemoved: privateRemoved)),
      warnings: warnings, supersededSeries: last?.supersededSeriesInstanceUID)
  }

  /// Multi-frame objects and mosaics, each as a whole.
  private func writeFrames(_ pictures: [Picture], as series: DicomSeries) throws -> Written {
    guard !pictures.isEmpty, pictures.count == series.stacks.count else {
      throw RestoreRefusal(.quarantine, "the series holds no volume")
    }
    let written = try DerivedSeriesWriter.writeFrames(
      series, restored: pictures.map(\.volume),
      derivation: derivation(for: Array(zip(pictures, series.stacks))), into: request.output)
    let carried = series.carried.isEmpty ? [] : [carriedNote(series)]
    return Written(
      result: Report.Result(
        files: written.fileNames, series: written.seriesInstanceUID, shape: shape(pictures),
        dtype: written.storedType, clippedVoxels: written.clippedVoxels,
        attributes: attributes(
          [written.changes], privateRemoved: written.droppedPrivateAttributes)),
      warnings: written.warnings + droppedPrivate(written) + carried,
      supersededSeries: written.supersededSeriesInstanceUID)
  }

  private func carriedNote(_ series: DicomSeries) -> String {
    let reasons = Set(
      series.carried.flatMap(\.slices).compactMap { slice in
        slice.facts.frameFacts?[slice.frame].carryReason
      })
    return "\(series.carried.count) frames were carried over as they are: "
      + reasons.sorted().joined(separator: " ")
  }

  private func droppedPrivate(_ written: WrittenSeries) -> [String] {
    written.droppedPrivateAttributes == 0
      ? []
      : [
        "\(written.droppedPrivateAttributes) private attributes that may depend on pixels "
          + "were not carried over"
      ]
  }

  /// The changes of all stacks as one: an attribute counts once, however many it changed in.
  private func attributes(
    _ changes: [WrittenSeries.AttributeChanges], privateRemoved: Int
  ) -> Report.AttributeNote {
    let changed = Set(changes.flatMap(\.changed))
    return Report.AttributeNote(
      added: Set(changes.flatMap(\.added)).subtracting(changed).sorted(),
      changed: changed.sorted(), removed: Set(changes.flatMap(\.removed)).sorted(),
      privateRemoved: privateRemoved)
  }

  /// What was done to some volumes of a series, for whom all of it is said at once.
  private func derivation(for results: [(picture: Picture, stack: DicomStack)]) -> Derivation {
    let steps = request.recipe.steps.map { step in
      Derivation.Step(
        name: step.name, summary: summary(of: step), kind: kind(of: step.name))
    }
    var derivation = Derivation(
      recipe: request.recipe.name, recipeSHA256: request.recipe.sha256(for: request.modality),
      version: request.version, deviceID: Host.identity, steps: steps,
      moment: Date(timeIntervalSince1970: request.moment))
    derivation.presentation = request.recipe.steps.contains {
      $0.value(of: "presentation", for: request.modality)?.flag == true
    }
    derivation.resampledGeometry = !results.allSatisfy {
      $0.picture.volume.sharesGrid(with: $0.stack.volume)
    }
    derivation.sliceReach = sliceReach(of: results)
    if let revision = request.revision {
      derivation.note(revision)
    }
    switch request.recipe.output.transferSyntax {
    case .deflated: derivation.transferSyntax = .deflated
    case .rle: derivation.transferSyntax = .rle
    case .explicit, nil: derivation.transferSyntax = .explicitLittleEndian
    }
    derivation.equipment =
      request.recipe.output.equipment == .standard ? .standard : .keepAcquisition
    return derivation
  }

  /// The reach of all steps in slices of the source; nil where any slice may have had a say.
  private func sliceReach(of results: [(picture: Picture, stack: DicomStack)]) -> Int? {
    // What was multiplied by a spacing is a whole number again, but for rounding.
    let slices =
      results.map { picture, stack in
        (picture.sliceReach / stack.volume.voxelSpacing.z - 1e-6).rounded(.up)
      }.max() ?? 0
    let most = results.map(\.stack.slices.count).max() ?? 0
    return slices < Double(most) ? Int(max(slices, 0)) : nil
  }

  /// The parameters that a person gave, such as `shrink 2`; defaults go without saying.
  private func summary(of step: RecipeStep) -> String {
    step.given.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private func kind(of step: String) -> Derivation.Step.Kind {
    switch step {
    case "nlm", "wavelet", "gaussian", "median", "bilateral", "speckle": .smoothing
    case "resample": .spatialResampling
    default: .other
    }
  }

  // MARK: NIfTI

  private func stem(of name: String) -> String {
    let endings = [".nii.gz", ".hdr.gz", ".nii", ".hdr"]
    let ending = endings.first { name.lowercased().hasSuffix($0) } ?? ""
    return String(name.dropLast(ending.count))
  }

  private func write(_ pictures: [Picture], as scan: NiftiScan, path: String) throws -> Written {
    let name = stem(of: URL(fileURLWithPath: path).lastPathComponent) + "_restored"
    let folder = URL(fileURLWithPath: request.output)
    let moved = zip(pictures, scan.volumes).contains { !$0.volume.sharesGrid(with: $1) }
    let type: StoredType =
      switch request.recipe.output.type {
      case .int16: .int16
      case .source: scan.storedType
      case .float32, nil: .float32
      }
    try NiftiWriter.write(
      scan, volumes: pictures.map(\.volume),
      voxelToPatient: moved ? pictures.first?.voxelToPatient : nil, storedType: type,
      to: folder.appendingPathComponent(name + ".nii.gz").path)
    var files = [name + ".nii.gz"]
    let sidecar = NiftiSidecar.derived(
      from: scan.sidecar,
      sources: request.sources.map { URL(fileURLWithPath: $0.name).lastPathComponent },
      generatedBy: NiftiSidecar.Generator(
        name: "Restorad", version: request.version,
        description: request.recipe.steps.map(\.name).joined(separator: ", "), codeURL: nil))
    try Data(sidecar).write(to: folder.appendingPathComponent(name + ".json"))
    files.append(name + ".json")
    for source in request.sources {
      for ending in [".bval", ".bvec"] where source.path.lowercased().hasSuffix(ending) {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: source.path))
        try bytes.write(to: folder.appendingPathComponent(name + ending))
        files.append(name + ending)
      }
    }
    return Written(
      result: Report.Result(
        files: files, series: nil, shape: shape(pictures), dtype: "\(type)", clippedVoxels: 0),
      warnings: [])
  }
}
