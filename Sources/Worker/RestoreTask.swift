import Foundation
import Quality
import Recipes
import Restoration
import VolumeModel

/// One job from files to files: read, run the steps, measure, write.
package struct RestoreTask {
  let request: RestoreRequest
  let say: @Sendable (WorkerReply) -> Void

  package init(_ request: RestoreRequest, say: @escaping @Sendable (WorkerReply) -> Void) {
    self.request = request
    self.say = say
  }

  package func run() throws -> RestoreSummary {
    var watch = StopWatch()
    let scan = try LoadedScan(request)
    let source = scan.pictures
    let readSeconds = watch.lap()
    let (restored, steps) = try restore(source)
    let quality = QualityMeter.note(before: source, after: restored)
    let computeSeconds = watch.lap()
    let written = try ScanWriter(request, scan).write(restored)
    let warnings = scan.warnings + sliceNote(source) + written.warnings
    let writeSeconds = watch.lap()
    return RestoreSummary(
      shape: scan.shape, spacing: scan.spacing, dtype: scan.storedType, steps: steps,
      result: written.result, quality: quality, readSeconds: readSeconds,
      computeSeconds: computeSeconds, writeSeconds: writeSeconds,
      peakMemoryBytes: PeakMemory.bytes, warnings: warnings,
      supersededSeries: written.supersededSeries)
  }

  /// Says that steps which choose for themselves did not look across slices.
  private func sliceNote(_ source: [Picture]) -> [String] {
    let chosen = request.recipe.steps.filter { $0.withinSlices(for: request.modality) != $0 }
    guard !source.allSatisfy(\.hasStraightSlices), !chosen.isEmpty else { return [] }
    return [
      "The slices lie askew or at unequal distances: "
        + "\(chosen.map(\.name).joined(separator: ", ")) looked at each by itself."
    ]
  }

  // MARK: Steps

  private func restore(_ source: [Picture]) throws -> ([Picture], [Report.StepNote]) {
    var pictures = source
    var notes: [Report.StepNote] = []
    // Across slices that lie askew a filter would mix what is not side by side.
    let isStraight = source.allSatisfy(\.hasStraightSlices)
    let steps = request.recipe.steps.map {
      isStraight ? $0 : $0.withinSlices(for: request.modality)
    }
    for (position, step) in steps.enumerated() {
      var watch = StopWatch()
      let method = try step.method(for: request.modality)
      let name = step.name
      let total = Double(steps.count)
      let work = Work(report: { [say] fraction in
        say(.progress(step: name, fraction: (Double(position) + fraction) / total))
      })
      work.note(0)
      let figures = try StepRunner.apply(method, to: &pictures, work: work)
      let note = Report.StepNote(
        name: step.name, parameters: parameters(of: step), seconds: watch.lap(),
        figures: figures)
      say(.stepFinished(note))
      notes.append(note)
    }
    return (pictures, notes)
  }

  private func parameters(of step: RecipeStep) -> [String: JSONValue] {
    Dictionary(
      step.resolved(for: request.modality).map { ($0.name, JSONValue($0.value)) }
    ) { $1 }
  }
}

/// Applies one method to one volume and keeps the promises that hold for all of them.
enum StepRunner {
  /// Restores the pictures of a scan: together where the method gains by it, else one by one.
  ///
  /// - Returns: What was measured; lists, in their order, where each picture was measured.
  static func apply(
    _ method: any RestorationMethod, to pictures: inout [Picture], work: Work
  ) throws -> [String: JSONValue] {
    if let method = method as? any JointRestoration, pictures.count > 1, isOneGrid(pictures) {
      let (volumes, figures) = try method.apply(
        together: pictures.map(\.volume), excluding: pictures.map(\.excluded), work: work)
      for (index, volume) in volumes.enumerated() {
        let source = pictures[index].volume
        pictures[index].volume = volume
        pictures[index].note(reachOf: method, on: source)
        keepExcluded(of: source, pictures[index].excluded, in: &pictures[index].volume)
      }
      return [figures].merged
    }
    let count = Double(pictures.count)
    let figures = try pictures.indices.map { index in
      let part = Work(report: { work.note((Double(index) + $0) / count) })
      return try apply(method, to: &pictures[index], work: part)
    }
    return figures.merged
  }

  private static func isOneGrid(_ pictures: [Picture]) -> Bool {
    pictures.allSatisfy {
      $0.volume.dimensions == pictures[0].volume.dimensions
        && $0.volume.voxelSpacing == pictures[0].volume.voxelSpacing
        && $0.voxelToPatient == pictures[0].voxelToPatient
    }
  }

  private static func apply(
    _ method: any RestorationMethod, to picture: inout Picture, work: Work
  ) throws -> Figures {
    let source = picture.volume
    let method = located(method, in: picture)
    var restored = try method.apply(to: source, excluding: picture.excluded, work: work)
    if restored.volume.sharesGrid(with: source) {
      keepExcluded(of: source, picture.excluded, in: &restored.volume)
    } else if let resampling = method as? Resampling {
      try regrid(&picture, by: resampling)
    }
    picture.volume = restored.volume
    picture.note(reachOf: method, on: source)
    return restored.figures
  }

  /// The method, told what the header says of where the scanner turned.
  private static func located(
    _ method: any RestorationMethod, in picture: Picture
  ) -> any RestorationMethod {
    guard var rings = method as? RingSuppression else { return method }
    rings.centers = picture.scanCenters
    return rings
  }

  /// What has no meaning keeps its value bit by bit, whatever a method made of it.
  private static func keepExcluded(
    of source: Volume, _ excluded: Mask?, in restored: inout Volume
  ) {
    guard let excluded else { return }
    for index in excluded.bits.indices where excluded[index] {
      restored.voxels[index] = source.voxels[index]
    }
  }

  /// The place and the exclusions of the new grid.
  private static func regrid(_ picture: inout Picture, by resampling: Resampling) throws {
    let grid = try resampling.grid(for: picture.volume)
    picture.scanCenters = []  // They counted voxels of the old grid.
    if let affine = picture.voxelToPatient {
      picture.voxelToPatient = Affine3(
        x: affine.x * grid.step.x, y: affine.y * grid.step.y, z: affine.z * grid.step.z,
        origin: affine.position(of: grid.originShift))
    }
    if let excluded = picture.excluded {
      picture.excluded = try resampling.resampled(excluded, of: picture.volume)
    }
  }
}

extension Volume {
  /// Whether voxels lie where those of another volume lie, once both share their first: a new
  /// spacing may give as many voxels as before, and they lie elsewhere all the same.
  func sharesGrid(with other: Volume) -> Bool {
    dimensions == other.dimensions && voxelSpacing == other.voxelSpacing
  }
}

/// Seconds between one look and the next.
struct StopWatch {
  private var last = ProcessInfo.processInfo.systemUptime

  mutating func lap() -> Double {
    let now = ProcessInfo.processInfo.systemUptime
    defer { last = now }
    return now - last
  }
}
