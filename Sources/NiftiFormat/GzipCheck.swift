/// Holds gzip files of any content against their own checksums.
public enum GzipCheck {
  private static let chunkBytes = 1 << 20

  /// Inflates a file to its end, where the CRC and the length of each member are checked, and keeps
  /// nothing of it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - most: The most bytes that a file of so many bytes may become.
  /// - Throws: `truncated` when it ends early, `damaged` when a CRC or a length does not hold,
  ///   `malformed` when it is no gzip or becomes more.
  public static func verify(path: String, atMost most: (Int) -> Int) throws(NiftiError) {
    let file = try InputFile(path: path)
    let limit = most(file.size)
    var inflater = Inflater()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 64)
    defer { unsafe buffer.deallocate() }
    var total = 0
    while true {
      let count = try unsafe inflater.read(file, into: buffer)
      total += count
      guard total <= limit else {
        throw NiftiError(.malformed, "it becomes far more than scans shrink")
      }
      if count < buffer.count { return }
    }
  }
}
