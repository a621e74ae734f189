import CDicomBridge

/// A DICOM file in memory, open for editing; the only owner of its handle.
@safe package final class DerivedDataset {
  /// What a derived file says of the software that wrote it; never to change.
  static let implementationClassUID = "2.25.37419860476651317214248141671395591748"
  /// Implementation Version Name (0002,0013).
  static let implementationVersionName = "RESTORAD"

  private let file: OpaquePointer

  /// Opens a file, pixel data included.
  ///
  /// - Throws: `DicomError` with the reason that the toolkit gives.
  package init(path: String) throws(DicomError) {
    rdcm_start()
    var opened: OpaquePointer?
    let status = unsafe rdcm_file_open(path, &opened)
    guard status == RDCM_OK, let handle = unsafe opened else {
      throw Self.failure(status)
    }
    unsafe file = handle
  }

  deinit { unsafe rdcm_file_close(file) }

  /// The data set itself.
  package var root: DerivedItem {
    unsafe DerivedItem(owner: self, handle: rdcm_file_dataset(file))
  }

  /// Saves and syncs; the path must be free.
  ///
  /// - Throws: `DicomError`, code `.writeFailed` when the disk refuses.
  package func save(to path: String, transferSyntaxUID: String) throws(DicomError) {
    let status = unsafe rdcm_file_save(
      file, path, transferSyntaxUID, Self.implementationClassUID, Self.implementationVersionName)
    guard status == RDCM_OK else { throw Self.failure(status) }
  }

  /// The error that the bridge noted last.
  static func failure(_ status: rdcm_status) -> DicomError {
    let reason = unsafe String(cString: rdcm_last_error())
    switch status {
    case RDCM_NOT_FOUND: return DicomError(.notFound, reason)
    case RDCM_OUT_OF_MEMORY: return DicomError(.outOfMemory, "memory ran out")
    case RDCM_UNSUPPORTED: return DicomError(.unsupported, reason)
    case RDCM_WRITE_FAILED: return DicomError(.writeFailed, reason)
    case RDCM_TRUNCATED: return DicomError(.truncated, reason)
    default: return DicomError(.malformed, reason)
    }
  }
}
