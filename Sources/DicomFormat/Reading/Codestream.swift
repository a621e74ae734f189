internal import CDicomBridge

/// What the JPEG 2000 codestream of a file's first frame says of itself.
struct Codestream: Sendable {
  let rows: Int
  let columns: Int
  let components: Int
  /// Bits of a sample.
  let precision: Int
  let isSigned: Bool
  /// Whether components differ in bits, sign or grid.
  let isUneven: Bool

  /// Follows the markers of all frames, without decoding.
  ///
  /// - Throws: `DicomError`, code `.truncated` where a codestream lacks a part of what it announces,
  ///   `.malformed` where one is broken.
  init(path: String) throws(DicomError) {
    var raw = rdcm_codestream()
    let status = unsafe rdcm_codestream_read(path, &raw)
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    rows = Int(raw.rows)
    columns = Int(raw.columns)
    components = Int(raw.components)
    precision = Int(raw.precision)
    isSigned = raw.is_signed != 0
    isUneven = raw.is_uneven != 0
  }
}
