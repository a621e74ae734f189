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
  ///   `.unsupported` for one that is skipped whoever asks, or that this version cannot restore; `.inconsistent`
  ///   for files of several series, or slices of one stack with different pixel spacing.
  public static func read(paths: [String]) throws(DicomError) -> DicomSeries {
    if paths.isEmpty { throw DicomError(.inconsistent, "There are no files.") }
    let instances = try concurrently(paths) { path throws(DicomError) in try open(path) }
    let facts = instances.compactMap(\.facts.dicom)
    if Set(facts.map(\.seriesInstanceUID)).count > 1 {
      throw DicomError(.inconsistent, "The files belong to several series.")
    }
    let voxels = facts.reduce(0) { $0 + $1.pixelCount }
    if voxels > 0x1p31 { throw DicomError(.unsupported, "The series has over 2^31 voxels.") }

    let assembly = SeriesAssembly(of: facts)
    let decoded = try decode(instances)
    func members(_ places: some Sequence<(member: Int, frame: Int)>) -> [StackMember] {
      places.map {
        StackMember(
          instance: instances[$0.member], frame: $0.frame, decoded: decoded[$0.member][$0.frame])
      }
    }
    var series = DicomSeries(stacks: [])
    let warnings = [assembly.problemSummary, assembly.splitSummary].compactMap(\.self)
    for stack in assembly.stacks {
      let places = zip(stack.members, stack.frames).map { (member: $0, frame: $1) }
      series.stacks.append(try StackBuilder(members: members(places)).stack(warnings: warnings))
    }
    for member in instances.indices {
      for (frame, header) in instances[member].frames.enumerated()
      where header.facts.carryReason != nil {
        series.carried.append(
          try StackBuilder(members: members([(member, frame)])).stack(warnings: []))
      }
    }
    return series
  }

  /// Decodes all frames of all instances, several pieces at once.
  private static func decode(
    _ instances: [DicomInstance]
  ) throws(DicomError) -> [[DecodedSlice]] {
    let work = instances.enumerated().flatMap { index, instance in
      instance.pieces.map { (index: index, frames: $0) }
    }
    let pieces = try concurrently(work) { piece throws(DicomError) in
      try instances[piece.index].decoded(piece.frames)
    }
    var decoded = [[DecodedSlice]](repeating: [], count: instances.count)
    for (piece, slices) in zip(work, pieces) { decoded[piece.index] += slices }
    return decoded
  }

  /// Opens one file, and refuses it unless it may be restored.
  private static func open(_ path: String) throws(DicomError) -> DicomInstance {
    var header: DicomFile?
    switch DicomLayout.walk(path: path, header: &header) {
    case .broken(let error): throw error
    case .other: throw DicomError(.malformed, "The file is not DICOM.")
    case .whole(let layout):
      let instance = try DicomInstance(
        path: path, layout: layout, header: header.take(), keywords: [])
      if !instance.facts.isReadable {
        let reason = instance.facts.skipReason ?? instance.facts.unsupportedReason
        throw DicomError(.unsupported, reason ?? "The file cannot be restored.")
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
