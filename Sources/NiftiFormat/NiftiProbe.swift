public import ScanModel

/// Says what a file is by its name and content, and whether it is all there.
public enum NiftiProbe {
  /// Whether a name is that of a NIfTI file: `.nii`, `.hdr` or `.img`, each possibly with `.gz`.
  public static func isNiftiName(_ name: String) -> Bool { NiftiName(path: name).isNifti }

  /// Looks at one file to its end.
  ///
  /// A file is whole when all its voxels are there and, for gzip, when CRC and length hold; nothing
  /// is kept in memory. Names decide whether a file is gzip, content decides everything else.
  ///
  /// - Parameters:
  ///   - path: The file; `.img`, `.json`, `.bval` and `.bvec` are companions by their name.
  ///   - question: The sidecar's keys whose values are wanted. `Modality` and `BIDSSuffix` are
  ///     always given where they are known.
  ///   - isFinal: Whether nobody is going to write to the file any more; then what is missing or
  ///     damaged is not waited for, and the verdict is `notScan` instead of `incomplete`.
  /// - Returns: The verdict; `incomplete` also for a file that cannot be opened.
  public static func verdict(
    path: String, question: ProbeQuestion = ProbeQuestion(), isFinal: Bool = false
  ) -> ProbeVerdict {
    let lowered = path.lowercased()
    let name = NiftiName(path: path)
    if name.isImage || [".json", ".bval", ".bvec"].contains(where: lowered.hasSuffix) {
      return .companion
    }
    guard name.isNifti else { return .notScan("the name is not that of a NIfTI file") }
    do throws(NiftiError) {
      return .whole(try facts(path: path, name: name, question: question))
    } catch {
      switch error.code {
      case .malformed, .unsupported, .writeFailed: return .notScan(error.reason)
      case .notFound, .truncated, .damaged, .readFailed:
        return isFinal ? .notScan(error.reason) : .incomplete(error.reason)
      }
    }
  }

  /// The files that a look at one file reads besides it: the other half of its pair, its sidecar.
  ///
  /// - Parameter path: Any file; one that is not NIfTI by its name has none.
  /// - Returns: The paths of those that exist.
  public static func files(beside path: String) -> [String] {
    let name = NiftiName(path: path)
    guard name.isNifti, !name.isImage else { return [] }
    let image = name.isHeader ? name.existingImage : nil
    return ([image].compactMap(\.self) + [name.stem + ".json"]).filter(name.exists)
      .map { name.folder + $0 }
  }

  private static func facts(
    path: String, name: NiftiName, question: ProbeQuestion
  ) throws(NiftiError) -> FileFacts {
    var content = try NiftiContent.open(path: path)
    let header = content.header
    let census = try passThrough(&content)
    let sidecar = NiftiSidecar.bytes(beside: path)
    let shape = header.trimmedShape
    let spacing = header.voxelSpacing
    return FileFacts(
      format: .nifti, shape: shape,
      spacing: (0..<min(3, shape.count)).map { spacing[$0] },
      storedType: header.storedType.name,
      attributes: attributes(name, sidecar, question),
      skipReason: header.skipReason(content.extensions) ?? name.signedMapReason
        ?? LabelCensus.reason(
          name: name, census: census,
          isAcquisition: NiftiSidecar.announcesModality(sidecar)),
      nifti: NiftiFacts(
        version: header.version.rawValue,
        companions: (name.isHeader ? [name.existingImage].compactMap(\.self) : [])
          + name.existingCompanions))
  }

  /// Reads all voxels, counting values; a plain file is left as soon as those say enough, since
  /// its length is known.
  private static func passThrough(
    _ content: inout NiftiContent
  ) throws(NiftiError) -> LabelCensus {
    var census = LabelCensus(content.header)
    let isCompressed = content.voxels.isCompressed
    let bytes = content.voxelBytes
    if isCompressed || !census.isDecided {
      let start = content.voxels.position
      let found = try content.voxels.forEachChunk(of: bytes) { chunk in
        census.add(chunk)
        return isCompressed || !census.isDecided
      }
      guard found == bytes || (!isCompressed && census.isDecided) else {
        throw ScanBytes.tooShort(start + found, of: start + bytes)
      }
    }
    try content.voxels.finish()
    return census
  }

  private static func attributes(
    _ name: NiftiName, _ sidecar: [UInt8]?, _ question: ProbeQuestion
  ) -> [String: [String]] {
    let suffix = BidsSuffix(stem: name.stem)
    var attributes = NiftiSidecar.attributes(sidecar, keywords: question.keywords + ["Modality"])
    if attributes["Modality"] == nil, let modality = suffix.modality {
      attributes["Modality"] = [modality]
    }
    if let text = suffix.text { attributes["BIDSSuffix"] = [text] }
    return attributes
  }
}
