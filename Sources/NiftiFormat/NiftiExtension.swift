/// A block of bytes between header and voxels, kept as it is.
public struct NiftiExtension: Sendable, Equatable {
  /// Who defined the content (`ecode`), such as 32 for CIFTI-2.
  public var code: Int32
  /// The content with its padding, without the eight bytes of size and code.
  public var content: [UInt8]

  /// Creates an extension.
  public init(code: Int32, content: [UInt8]) {
    self.code = code
    self.content = content
  }

  /// The code of CIFTI-2, whose matrix is no image.
  static let ciftiCode: Int32 = 32
}
