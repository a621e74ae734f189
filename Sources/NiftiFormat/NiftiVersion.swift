/// Which NIfTI standard a header follows.
public enum NiftiVersion: Int, Sendable, Codable {
  /// NIfTI-1: a header of 348 bytes.
  case one = 1
  /// NIfTI-2: a header of 540 bytes.
  case two = 2

  /// The size of the header: its own `sizeof_hdr`.
  public var headerBytes: Int { self == .one ? 348 : 540 }
}
