import Foundation
import ScanModel
public import VolumeModel

/// Writes a restored volume as new DICOM instances beside their sources.
///
/// What becomes of each attribute stands in `DerivedAttributeRules`.
public enum DerivedSeriesWriter {
  /// Writes one file per source instance, or one per plane where the recipe changed the grid.
  ///
  /// - Parameters:
  ///   - stack: The sources as they were read; their files are read again for their headers.
  ///   - restored: Modality values, in the unit of the stack's volume. Voxels whose bits are those
  ///     of the stack's volume, and padding, come back as their stored value.
  ///   - voxelToPatient: Where the restored voxels lie; the stack's own unless resampled.
  ///   - derivation: What was done.
  ///   - stackIndex: Which volume of its series this is, from 0.
  ///   - folder: Where the files go; it exists. Each file is synced, the folder is not.
  /// - Returns: What was written, in the order of the planes.
  /// - Throws: `DicomError`, code `.writeFailed` when a file cannot be written, `.unsupported`
  ///   when a source or the volume cannot be put into DICOM's terms, and what opening a source
  ///   throws. Files that were written before the failure stay.
  /// - Complexity: O(voxels + instances × sources in reach), as every result names these.
  public static func write(
    _ stack: DicomStack, restored: Volume, voxelToPatient: Affine3?, derivation: Derivation,
    stackIndex: Int, into folder: String
  ) throws(DicomError) -> WrittenSeries {
    try DerivedSeriesJob(
      stack: stack, restored: restored, voxelToPatient: voxelToPatient, derivation: derivation,
      stackIndex: stackIndex, folder: folder
    ).run()
  }
}

extension Derivation.TransferSyntax {
  /// The UID in the file meta header.
  var uid: String {
    switch self {
    case .explicitLittleEndian: return "1.2.840.10008.1.2.1"
    case .deflated: return "1.2.840.10008.1.2.1.99"
    case .rle: return "1.2.840.10008.1.2.5"
    }
  }
}
