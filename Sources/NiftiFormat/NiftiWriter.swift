public import VolumeModel

/// Writes restored volumes back in the manner of their source.
public enum NiftiWriter {
  /// Writes a scan's restored volumes as one file.
  ///
  /// Version, qform, sform, their codes, `pixdim`, `xyzt_units`, extensions, intent, `descrip`,
  /// `cal_min` and `cal_max` stay as the source has them. The numbers are little endian. The file
  /// is on disk when this returns; when it throws there is none.
  ///
  /// - Parameters:
  ///   - scan: The source.
  ///   - volumes: The voxels, at least one volume, all of the same grid. When there are as many as
  ///     the source has, its axes after the third are kept.
  ///   - voxelToPatient: Where the voxels lie now, in LPS and mm; nil when they were not resampled.
  ///     Forms whose code is 0 stay unset.
  ///   - storedType: An integer type, `float32` or `float64`. For integers the source's
  ///     slope is kept where it gives every value back; else one is chosen so that nothing clips:
  ///     1 where all values are whole and fit.
  ///   - path: Where to write, ending in `.nii.gz` or `.nii`.
  /// - Throws: `writeFailed`, also for what the type, NIfTI-1 or the name cannot express.
  public static func write(
    _ scan: NiftiScan, volumes: [Volume], voxelToPatient: Affine3? = nil,
    storedType: StoredType = .float32, to path: String
  ) throws(NiftiError) {
    let name = NiftiName(path: path)
    guard name.fileExtension.hasPrefix(".nii") else {
      throw NiftiError(.writeFailed, "the name of a result ends in .nii or .nii.gz")
    }
    guard let grid = volumes.first?.dimensions,
      volumes.allSatisfy({ $0.dimensions == grid })
    else { throw NiftiError(.writeFailed, "the volumes are none or differ in grid") }
    let encoder = try VoxelEncoder(
      storedType, for: volumes,
      preferring: storedType == scan.storedType ? scan.header.rescale : nil)
    let extensions = scan.extensions.flatMap(\.encoded)
    let header = try scan.header.result(
      dimensions: grid, volumeCount: volumes.count, affine: voxelToPatient, type: storedType,
      rescale: encoder.rescale,
      voxelStart: scan.version.headerBytes + 4 + extensions.count)
    let start = header.encoded + [extensions.isEmpty ? 0 : 1, 0, 0, 0] + extensions
    let pieces = VoxelPieces(start: start, volumes: volumes, encoder: encoder)
    let file = try OutputFile(path: path)
    do throws(NiftiError) {
      if name.fileExtension.hasSuffix(".gz") {
        try GzipWriter.write(pieces, to: file)
      } else {
        for index in 0..<pieces.count { try file.write(pieces[index]) }
      }
      try file.synchronize()
    } catch {
      file.remove()
      throw error
    }
  }
}
