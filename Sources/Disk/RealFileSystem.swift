import CLinux
import Crypto
import Glibc
public import SystemPackage

/// The disk of the machine.
public struct RealFileSystem: FileSystem {
  private let onBlock: @Sendable () -> Void
  private let isInterrupted: @Sendable () -> Bool

  /// Creates the one face of the disk.
  ///
  /// - Parameters:
  ///   - onBlock: Called after each mebibyte that is copied or read through, which may take long as
  ///     a whole: a sign of life.
  ///   - isInterrupted: Asked before each change and after each mebibyte. Once it says yes, they
  ///     fail with `FileError.isInterruption`, as they do on a disk that is suddenly away: a process
  ///     that has to end is not kept by a copy of gigabytes, nor by ten thousand small moves.
  public init(
    onBlock: @escaping @Sendable () -> Void = {},
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.onBlock = onBlock
    self.isInterrupted = isInterrupted
  }

  private func goOn(_ operation: String, _ path: FilePath) throws(FileError) {
    if isInterrupted() { throw FileError(.canceled, operation, path) }
  }

  /// What stands at a path, links not followed; nil when nothing does.
  public func status(of path: FilePath) throws(FileError) -> FileStatus? {
    var info = stat()
    guard unsafe path.withPlatformString({ unsafe lstat($0, &info) }) == 0 else {
      let code = Errno(rawValue: errno)
      if code == .noSuchFileOrDirectory || code == .notDirectory { return nil }
      throw FileError(code, "stat", path)
    }
    return FileStatus(info)
  }

  /// The names in a folder, in no particular order.
  public func entries(of folder: FilePath) throws(FileError) -> [FilePath.Component] {
    guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
      throw FileError(Errno(rawValue: errno), "open folder", folder)
    }
    defer { unsafe closedir(stream) }
    var names: [FilePath.Component] = []
    errno = 0
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe FilePath(platformString: $0)
        }
      }
      if let component = name.lastComponent, component.kind == .regular { names.append(component) }
    }
    guard errno == 0 else { throw FileError(Errno(rawValue: errno), "read folder", folder) }
    return names
  }

  /// Makes a folder and those above it that are missing, durably.
  public func makeFolder(_ path: FilePath) throws(FileError) {
    try goOn("make folder", path)
    if let status = try status(of: path) {
      if status.kind == .folder { return }
      if status.kind == .link, isFolder(path) { return }
      throw FileError(.notDirectory, "make folder", path)
    }
    let parent = path.removingLastComponent()
    if !parent.isEmpty { try makeFolder(parent) }
    guard unsafe path.withPlatformString({ unsafe mkdir($0, 0o770) }) == 0 || errno == EEXIST else {
      throw FileError(Errno(rawValue: errno), "make folder", path)
    }
    do {
      try sync(folder: parent.isEmpty ? "." : parent)
    } catch {
      // The next call would find the folder there and take it for durable.
      _ = unsafe path.withPlatformString { unsafe rmdir($0) }
      throw error
    }
  }

  /// Moves a file or folder within one file system, durably, never over something.
  public func move(_ source: FilePath, to destination: FilePath) throws(FileError) {
    try goOn("rename", source)
    let result = unsafe source.withPlatformString { from in
      unsafe destination.withPlatformString { to in unsafe clinux_rename_noreplace(from, to) }
    }
    if result != 0 {
      let code = Errno(rawValue: result)
      // Some network file systems lack the flag: look first, then rename plainly.
      guard code == .invalidArgument || code == .noFunction else {
        throw FileError(code, "rename", source)
      }
      try moveWithoutFlag(source, to: destination)
    }
    try sync(folder: destination.removingLastComponent())
    try sync(folder: source.removingLastComponent())
  }

  private func moveWithoutFlag(_ source: FilePath, to destination: FilePath) throws(FileError) {
    if try status(of: destination) != nil { throw FileError(.fileExists, "rename", source) }
    let result = unsafe source.withPlatformString { from in
      unsafe destination.withPlatformString { to in unsafe rename(from, to) }
    }
    if result != 0 { throw FileError(Errno(rawValue: errno), "rename", source) }
  }

  /// Copies a file to a name that is free, durably, and says what was written.
  public func copy(_ source: FilePath, to destination: FilePath) throws(FileError) -> FileDigest {
    try goOn("copy", destination)
    let digest = try attempt("copy", destination) {
      let input = try FileDescriptor.open(source, .readOnly, options: [.closeOnExec, .noFollow])
      defer { try? input.close() }
      let output = try FileDescriptor.open(
        destination, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead])
      var hash = SHA256()
      var bytes = 0
      do {
        try unsafe forEachBlock(of: input) { block in
          unsafe hash.update(bufferPointer: block)
          bytes += block.count
          _ = try unsafe output.writeAll(block)
        }
        try synchronize(output)
      } catch {
        // The half-made copy is of no use to anyone; the source still stands.
        try? output.close()
        _ = unsafe destination.withPlatformString { unsafe unlink($0) }
        throw error
      }
      try output.close()
      return FileDigest(bytes: bytes, sha256: hex(hash.finalize()))
    }
    // The name too has to outlive a power cut: what was copied may be removed next.
    try sync(folder: destination.removingLastComponent())
    return digest
  }

  /// Reads a file through and says what is in it.
  public func digest(of path: FilePath) throws(FileError) -> FileDigest {
    try attempt("read", path) {
      let input = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      defer { try? input.close() }
      var hash = SHA256()
      var bytes = 0
      try unsafe forEachBlock(of: input) { block in
        unsafe hash.update(bufferPointer: block)
        bytes += block.count
      }
      return FileDigest(bytes: bytes, sha256: hex(hash.finalize()))
    }
  }

  /// Reads a small file whole.
  public func contents(of path: FilePath) throws(FileError) -> [UInt8] {
    try attempt("read", path) {
      let input = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      defer { try? input.close() }
      var bytes: [UInt8] = []
      try unsafe forEachBlock(of: input) { unsafe bytes.append(contentsOf: $0) }
      return bytes
    }
  }

  /// Writes a small file durably, whole or not at all, over an older one of that name.
  public func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
    try goOn("write", path)
    let name = path.lastComponent?.string ?? "file"
    let beside = path.removingLastComponent().appending(".\(name).new")
    try attempt("write", path) {
      let output = try FileDescriptor.open(
        beside, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead])
      defer { try? output.close() }
      _ = try output.writeAll(bytes)
      try synchronize(output)
      let result = unsafe beside.withPlatformString { from in
        unsafe path.withPlatformString { to in unsafe rename(from, to) }
      }
      if result != 0 { throw Errno(rawValue: errno) }
    }
    try sync(folder: path.removingLastComponent())
  }

  /// Makes a file's content durable.
  public func sync(file path: FilePath) throws(FileError) {
    try attempt("sync", path) {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      try synchronize(file)
    }
  }

  /// Makes the names in a folder durable.
  public func sync(folder path: FilePath) throws(FileError) {
    try attempt("sync folder", path) {
      let folder = try FileDescriptor.open(
        path.isEmpty ? "." : path, .readOnly, options: [.directory, .closeOnExec])
      defer { try? folder.close() }
      do {
        try synchronize(folder)
      } catch Errno.invalidArgument {
        // Some network and FUSE file systems cannot sync folders and say so.
      }
    }
  }

  /// Removes a file or an empty folder, durably; nothing there is no error.
  public func remove(_ path: FilePath) throws(FileError) {
    try goOn("remove", path)
    let result = unsafe path.withPlatformString { unsafe Glibc.remove($0) }
    if result != 0 {
      if errno == ENOENT { return }
      throw FileError(Errno(rawValue: errno), "remove", path)
    }
    try sync(folder: path.removingLastComponent())
  }

  /// Whether the folder's permissions let this user add and take out names.
  public func mayChange(folder: FilePath) -> Bool {
    unsafe folder.withPlatformString { unsafe access($0, W_OK | X_OK) } == 0
  }

  private func isFolder(_ path: FilePath) -> Bool {
    var info = stat()
    return unsafe path.withPlatformString({ unsafe stat($0, &info) }) == 0
      && info.st_mode & S_IFMT == S_IFDIR
  }

  private func synchronize(_ descriptor: FileDescriptor) throws {
    if fsync(descriptor.rawValue) != 0 { throw Errno(rawValue: errno) }
  }

  private func forEachBlock(
    of input: FileDescriptor, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { unsafe buffer.deallocate() }
    while true {
      let count = try unsafe input.read(into: buffer)
      if count == 0 { return }
      try unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      onBlock()
      if isInterrupted() { throw Errno.canceled }
    }
  }

  private func hex(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func attempt<Result>(
    _ operation: String, _ path: FilePath, _ body: () throws -> Result
  ) throws(FileError) -> Result {
    do {
      return try body()
    } catch let error as FileError {
      throw error
    } catch let error as Errno {
      throw FileError(error, operation, path)
    } catch {
      throw FileError(.ioError, operation, path)
    }
  }
}
