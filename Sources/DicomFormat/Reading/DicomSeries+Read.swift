internal import Dispatch
internal import ScanModel
internal import Synchronization
internal import VolumeModel

extension DicomSeries {
  /// Reads the files of one series and decodes them, several at once.
  ///
  /// Stacks come in the order of `SeriesAssembly`, slices along the normal; what is amiss with
  /// positions stands in the stacks' warnings and stops nothing.
  ///
  /// - Parameter paths: The files, in any order; the result does not depend on it.
  /// - Returns: The series in modality values, with the stored values beside them.
  /// - Throws: `DicomError`: `.notFound`, `.truncated`, `.malformed` for a file that is not whole;
  ///   `.unsupported` for one that is skipped or that this version cannot restore; `.inconsistent`
  ///   for files of several series, or slices of one stack with different pixel spacing.
  public static func read(paths: [String]) throws(DicomError) -> DicomSeries {
    if paths.isEmpty { throw DicomError(.inconsistent, "There are no files.") }
    let instances = try concurrently(paths) { path throws(DicomError) in try open(path) }
    let facts = instances.compactMap(\.facts.dicom)
    if Set(facts.map(\.seriesInstanceUID)).count > 1 {
      throw DicomError(.inconsistent, "The files belong to several series.")
    }
    let voxels = facts.reduce(0) { $0 + $1.rows * $1.columns }
    if voxels > 1 << 31 { throw DicomError(.unsupported, "The series has over 2^31 voxels.") }

    let assembly = SeriesAssembly(of: facts)
    let decoded = try concurrently(instances) { instance throws(DicomError) in
      try instance.decoded()
    }
    var stacks: [DicomStack] = []
    for stack in assembly.stacks {
      let members = stack.members.map { (instance: instances[$0], decoded: decoded[$0]) }
      stacks.append(
        try StackBuilder(members: members).stack(
          warnings: assembly.problemSummary.map { [$0] } ?? []))
    }
    return DicomSeries(stacks: stacks)
  }

  /// Opens one file, and refuses it unless it may be restored.
  private static func open(_ path: String) throws(DicomError) -> DicomInstance {
    switch DicomLayout.walk(path: path) {
    case .broken(let error): throw error
    case .other: throw DicomError(.malformed, "The file is not DICOM.")
    case .whole(let layout):
      let instance = try DicomInstance(path: path, layout: layout, keywords: [])
      if let reason = instance.facts.skipReason ?? instance.facts.unsupportedReason {
        throw DicomError(.unsupported, reason)
      }
      return instance
    }
  }

  /// Maps on all cores; the first error in the list's order is thrown.
  private static func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ body: @Sendable (Input) throws(DicomError) -> Output
  ) throws(DicomError) -> [Output] {
    let results = Mutex([Result<Output, DicomError>?](repeating: nil, count: inputs.count))
    DispatchQueue.concurrentPerform(iterations: inputs.count) { index in
      let result = Result { () throws(DicomError) in try body(inputs[index]) }
      results.withLock { $0[index] = result }
    }
    var outputs: [Output] = []
    outputs.reserveCapacity(inputs.count)
    for result in results.withLock({ $0 }) {
      if let result { outputs.append(try result.get()) }
    }
    return outputs
  }
}
