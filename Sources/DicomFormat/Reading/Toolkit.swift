internal import CDicomBridge

/// What the bridge offers beside open files: its start, its errors, its dictionaries.
enum Toolkit {
  private static let started: Void = rdcm_start()

  /// Registers the decoders, once for the process.
  static func start() { _ = started }

  /// The tag of a keyword such as `EchoTime`; nil when the dictionary has none.
  static func tag(ofKeyword keyword: String) -> Tag? {
    start()
    let code = unsafe rdcm_tag_of_keyword(keyword)
    return code == 0 ? nil : Tag(code)
  }

  /// The toolkit's name of a UID; nil when it has none.
  static func name(ofUID uid: String) -> String? {
    unsafe rdcm_name_of_uid(uid).map { unsafe String(cString: $0) }
  }

  /// The error that a status of this thread's last call stands for.
  static func error(_ status: rdcm_status) -> DicomError {
    DicomError(DicomError.Code(status), unsafe String(cString: rdcm_last_error()))
  }
}

extension DicomError.Code {
  fileprivate init(_ status: rdcm_status) {
    switch status {
    case RDCM_NOT_FOUND: self = .notFound
    case RDCM_OUT_OF_MEMORY: self = .outOfMemory
    case RDCM_UNSUPPORTED: self = .unsupported
    case RDCM_TRUNCATED: self = .truncated
    case RDCM_WRITE_FAILED: self = .writeFailed
    default: self = .malformed
    }
  }
}
