public import VolumeModel

/// Writes a restored volume as new DICOM instances beside their sources.
public enum DerivedSeriesWriter {
  /// Writes one file per source instance, or one per plane where the recipe changed the grid.
  ///
  /// - Parameters:
  ///   - stack: The sources as they were read.
  ///   - restored: Modality values, in the unit of the stack's volume.
  ///   - voxelToPatient: Where the restored voxels lie; the stack's own unless resampled.
  ///   - derivation: What was done.
  ///   - stackIndex: Which volume of its series this is, from 0.
  ///   - folder: Where the files go; it exists. Each file is synced, the folder is not.
  /// - Returns: What was written, in the order of the planes.
  /// - Throws: `DicomError`, code `.writeFailed` when a file cannot be written, `.unsupported`
  ///   when a source or the volume cannot be put into DICOM's terms, and what opening a source
  ///   throws.
  public static func write(
    _ stack: DicomStack, restored: Volume, voxelToPatient: Affine3?, derivation: Derivation,
    stackIndex: Int, into folder: String
  ) throws(DicomError) -> WrittenSeries {
    throw DicomError(.unsupported, "writing is not there yet")
  }
}
