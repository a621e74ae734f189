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

  /// Writes the volumes of a series of multi-frame objects or mosaics as such objects again.
  ///
  /// Each result has the frames of its source in their order, with their functional groups, and the
  /// derivation of each frame beside them; frames that are only carried over keep theirs.
  ///
  /// - Parameters:
  ///   - series: The sources as they were read; their files are read again for their headers.
  ///   - restored: Modality values, one volume a stack, on the stack's grid.
  ///   - derivation: What was done.
  ///   - folder: Where the files go; it exists. Each file is synced, the folder is not.
  /// - Returns: What was written, one file an object.
  /// - Throws: `DicomError` as `write` does, and code `.unsupported` for another grid.
  public static func writeFrames(
    _ series: DicomSeries, restored: [Volume], derivation: Derivation, into folder: String
  ) throws(DicomError) -> WrittenSeries {
    try DerivedFramesJob(
      series: series, restored: restored, derivation: derivation, folder: folder
    ).run()
  }
}

extension Derivation.TransferSyntax {
  /// The UID in the file meta header of a result that stores its pixels so.
  func uid(of pixels: StoredPixels) -> String {
    // Floating-point pixel data are never encapsulated (PS3.5 A.4).
    self == .rle && pixels.isReal ? Self.explicitLittleEndian.uid : uid
  }

  private var uid: String {
    switch self {
    case .explicitLittleEndian: return "1.2.840.10008.1.2.1"
    case .deflated: return "1.2.840.10008.1.2.1.99"
    case .rle: return "1.2.840.10008.1.2.5"
    }
  }
}
