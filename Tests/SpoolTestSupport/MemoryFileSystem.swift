import Crypto
public import Disk
import Foundation
import Synchronization
public import SystemPackage

/// A disk in memory that knows what was synced, and can lose the rest.
///
/// It is as forgetful as POSIX allows: a name is durable when its folder was synced, content when
/// its file was; only a rename is never half durable. Every call is taken apart into the steps
/// that the real disk makes of it, and each step can be counted, watched, or made to fail.
public final class MemoryFileSystem: FileSystem {
  /// What a crash leaves.
  public enum Crash: Sendable, CaseIterable {
    /// The process was killed: everything that was written is there.
    case kill
    /// Power failed: only what was synced is there.
    case power
  }

  /// One of the things that the real disk does for a call.
  public struct Step: Sendable {
    /// Its place among all steps, from 1.
    public var number: Int
    /// What is done, such as `rename`.
    public var operation: String
    /// Where.
    public var path: FilePath
    /// The file system that it is done on.
    public var device: UInt64
    /// Whether it changes anything; a full disk can still be read.
    public var isChange: Bool { !["stat", "open folder", "read"].contains(operation) }
  }

  private let state = Mutex(MemoryState())

  /// Creates an empty disk.
  public init() {}

  private init(_ state: MemoryState) { self.state.withLock { $0 = state } }

  // MARK: What tests turn

  /// How many steps were made so far.
  public var steps: Int { state.withLock { $0.steps } }

  /// Has steps fail: asked before each with its number, from 1.
  public func fail(_ fault: (@Sendable (Int) -> Errno?)?) {
    guard let fault else { return failSteps(nil) }
    failSteps { step in fault(step.number) }
  }

  /// Has steps fail: asked before each.
  public func failSteps(_ fault: (@Sendable (Step) -> Errno?)?) {
    state.withLock { $0.fault = fault }
  }

  /// Has each step told before it is made.
  public func watch(_ watcher: (@Sendable (Int, FilePath) -> Void)?) {
    state.withLock { $0.watcher = watcher }
  }

  /// Bytes that `freeSpace` tells of.
  public func setFreeSpace(_ bytes: Int) { state.withLock { $0.free = bytes } }

  /// Says who has a hand on a file; nil for nobody.
  public func setUse(_ use: FileUse?, of path: FilePath) { state.withLock { $0.uses[path] = use } }

  /// Gives a file system a size: what would grow beyond it fails for want of space.
  public func setCapacity(_ bytes: Int, device: UInt64 = 1) {
    state.withLock { $0.capacities[device] = bytes }
  }

  /// Bytes that still fit where a path lies.
  public func room(at path: FilePath) -> Int { state.withLock { $0.space(at: path).free } }

  /// Makes everything below a folder a file system of its own.
  public func mount(_ folder: FilePath, device: UInt64) {
    state.withLock { $0.mounts[folder] = device }
  }

  /// The disk as it is found after a crash; this one goes on unharmed.
  public func crashed(_ crash: Crash) -> MemoryFileSystem {
    var copy = state.withLock { MemoryState(surviving: $0, crash) }
    copy.fault = nil
    copy.watcher = nil
    copy.steps = 0
    return MemoryFileSystem(copy)
  }

  /// The disk as it is found after a power cut that let some of the unsynced writes survive, by
  /// chance: any names and contents, but never a later change of a name without the earlier one.
  public func crashed(using generator: inout some RandomNumberGenerator) -> MemoryFileSystem {
    let state = state.withLock { $0 }
    var copy = MemoryState(surviving: state, using: &generator)
    copy.fault = nil
    copy.watcher = nil
    copy.steps = 0
    return MemoryFileSystem(copy)
  }

  /// Writes a file as users and workers do: not synced, not counted; folders are made.
  public func put(_ bytes: [UInt8], at path: FilePath) {
    state.withLock { state in
      var folder = 0
      for name in path.removingLastComponent().components {
        folder =
          state.nodes[folder]?.names[name]
          ?? state.link(MemoryNode(kind: .folder), name, in: folder)
      }
      guard let name = path.lastComponent else { return }
      let node =
        state.nodes[folder]?.names[name] ?? state.link(MemoryNode(kind: .file), name, in: folder)
      state.touch(node)
      state.nodes[node]?.bytes = bytes
    }
  }

  /// Puts a link, pipe or other thing that is no file.
  public func put(_ kind: FileStatus.Kind, at path: FilePath) {
    put([], at: path)
    state.withLock { state in
      if let node = state.find(path) { state.nodes[node]?.kind = kind }
    }
  }

  /// Makes all that there is durable, as a quiet minute does.
  public func settle() {
    state.withLock { state in
      state.commit(folder: nil)
      for node in state.nodes.keys { state.sync(node) }
    }
  }

  /// The bytes of a file, uncounted; nil when there is none.
  public func peek(_ path: FilePath) -> [UInt8]? {
    state.withLock { state in state.find(path).flatMap { state.nodes[$0]?.bytes } }
  }

  /// All files below a folder with their contents, uncounted.
  public func tree(_ folder: FilePath) -> [FilePath: [UInt8]] {
    state.withLock { state in
      var found: [FilePath: [UInt8]] = [:]
      func walk(_ node: Int, _ path: FilePath) {
        for (name, child) in state.nodes[node]?.names ?? [:] {
          let below = path.appending(name)
          if state.nodes[child]?.kind == .folder {
            walk(child, below)
          } else {
            found[below] = state.nodes[child]?.bytes ?? []
          }
        }
      }
      if let start = state.find(folder) { walk(start, "") }
      return found
    }
  }

  // MARK: FileSystem

  private func step(_ operation: String, _ path: FilePath) throws(FileError) {
    let (number, fault, watcher, device) = state.withLock { state in
      state.steps += 1
      let device = state.fault == nil ? 0 : state.device(of: path)
      return (state.steps, state.fault, state.watcher, device)
    }
    watcher?(number, path)
    let step = Step(number: number, operation: operation, path: path, device: device)
    if let code = fault?(step) { throw FileError(code, operation, path) }
  }

  /// What stands at a path, links not followed; nil when nothing does.
  public func status(of path: FilePath) throws(FileError) -> FileStatus? {
    try step("stat", path)
    return state.withLock { state in
      guard let node = state.find(path), let found = state.nodes[node] else { return nil }
      return FileStatus(
        kind: found.kind, size: found.bytes.count, modified: found.modified,
        changed: found.changed, inode: UInt64(node), device: state.device(of: path))
    }
  }

  /// The names in a folder.
  public func entries(of folder: FilePath) throws(FileError) -> [FilePath.Component] {
    try step("open folder", folder)
    let names = state.withLock { state in
      state.find(folder).flatMap { state.nodes[$0] }.flatMap {
        $0.kind == .folder ? Array($0.names.keys) : nil
      }
    }
    guard let names else { throw FileError(.noSuchFileOrDirectory, "open folder", folder) }
    return names.sorted { $0.string < $1.string }
  }

  /// Makes a folder and those above it that are missing, durably.
  public func makeFolder(_ path: FilePath) throws(FileError) {
    if let status = try status(of: path) {
      if status.kind == .folder { return }
      throw FileError(.notDirectory, "make folder", path)
    }
    let parent = path.removingLastComponent()
    if !parent.isEmpty { try makeFolder(parent) }
    try step("make folder", path)
    state.withLock { state in
      if let name = path.lastComponent, let folder = state.find(parent) {
        state.link(MemoryNode(kind: .folder), name, in: folder)
      }
    }
    try sync(folder: parent)
  }

  /// Moves a file or folder within one file system, durably.
  public func move(_ source: FilePath, to destination: FilePath) throws(FileError) {
    try step("rename", source)
    let code: Errno? = state.withLock { state in
      guard let name = source.lastComponent, let new = destination.lastComponent,
        let from = state.find(source.removingLastComponent()),
        let node = state.nodes[from]?.names[name],
        let to = state.find(destination.removingLastComponent())
      else { return .noSuchFileOrDirectory }
      if state.device(of: source) != state.device(of: destination) { return .improperLink }
      if state.nodes[to]?.names[new] != nil { return .fileExists }
      state.nodes[from]?.names[name] = nil
      state.nodes[to]?.names[new] = node
      state.pending.append(.rename(from: from, old: name, to: to, new: new, node: node))
      state.tick += 1
      state.nodes[node]?.changed = state.tick
      return nil
    }
    if let code { throw FileError(code, "rename", source) }
    try sync(folder: destination.removingLastComponent())
    try sync(folder: source.removingLastComponent())
  }

  /// Copies a file to a name that is free, durably.
  public func copy(_ source: FilePath, to destination: FilePath) throws(FileError) -> FileDigest {
    try step("copy", source)
    guard let bytes = peek(source) else { throw FileError(.noSuchFileOrDirectory, "copy", source) }
    if peek(destination) != nil { throw FileError(.fileExists, "copy", destination) }
    if room(at: destination) < bytes.count { throw FileError(.noSpace, "copy", destination) }
    put(Array(bytes.prefix(bytes.count / 2)), at: destination)
    do throws(FileError) {
      try step("copy", destination)
      put(bytes, at: destination)
      try sync(file: destination)
    } catch {
      unlink(destination)
      throw error
    }
    try sync(folder: destination.removingLastComponent())
    return digest(bytes)
  }

  /// Reads a file through and says what is in it.
  public func digest(of path: FilePath) throws(FileError) -> FileDigest {
    digest(try contents(of: path))
  }

  /// Reads a file whole.
  public func contents(of path: FilePath) throws(FileError) -> [UInt8] {
    try step("read", path)
    guard let bytes = peek(path) else { throw FileError(.noSuchFileOrDirectory, "read", path) }
    return bytes
  }

  /// Writes a file durably, whole or not at all.
  public func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
    let folder = path.removingLastComponent()
    let beside = folder.appending(".\(path.lastComponent?.string ?? "file").new")
    try step("write", path)
    guard state.withLock({ $0.find(folder) }) != nil else {
      throw FileError(.noSuchFileOrDirectory, "write", path)
    }
    if room(at: path) < bytes.count { throw FileError(.noSpace, "write", path) }
    put(bytes, at: beside)
    try sync(file: beside)
    try step("rename", path)
    state.withLock { state in
      guard let old = beside.lastComponent, let new = path.lastComponent,
        let node = state.find(folder), let moved = state.nodes[node]?.names[old]
      else { return }
      state.nodes[node]?.names[old] = nil
      state.nodes[node]?.names[new] = moved
      state.pending.append(.rename(from: node, old: old, to: node, new: new, node: moved))
    }
    try sync(folder: folder)
  }

  /// Makes a file's content durable.
  public func sync(file path: FilePath) throws(FileError) {
    try step("sync", path)
    let isThere = state.withLock { state in
      guard let node = state.find(path) else { return false }
      state.sync(node)
      return true
    }
    if !isThere { throw FileError(.noSuchFileOrDirectory, "sync", path) }
  }

  /// Makes the names in a folder durable.
  public func sync(folder path: FilePath) throws(FileError) {
    try step("sync folder", path)
    let isThere = state.withLock { state in
      guard let node = state.find(path) else { return false }
      state.commit(folder: node)
      return true
    }
    if !isThere { throw FileError(.noSuchFileOrDirectory, "sync folder", path) }
  }

  /// Removes a file or an empty folder, durably.
  public func remove(_ path: FilePath) throws(FileError) {
    try step("remove", path)
    let (isThere, isFull) = state.withLock { state in
      let node = state.find(path)
      return (node != nil, node.flatMap { state.nodes[$0]?.names.isEmpty } == false)
    }
    if !isThere { return }
    if isFull { throw FileError(.directoryNotEmpty, "remove", path) }
    unlink(path)
    try sync(folder: path.removingLastComponent())
  }

  /// Bytes that may still be written.
  public func freeSpace(at path: FilePath) throws(FileError) -> Int { state.withLock { $0.free } }

  /// What the file system has room for.
  public func space(at path: FilePath) throws(FileError) -> DiskSpace {
    let found = state.withLock { state in state.find(path).map { _ in state.space(at: path) } }
    guard let found else { throw FileError(.noSuchFileOrDirectory, "statvfs", path) }
    return found
  }

  /// A local disk.
  public func kind(at path: FilePath) throws(FileError) -> FileSystemKind { .local }

  /// What `setUse` said.
  public func use(of path: FilePath) throws(FileError) -> FileUse? {
    guard try status(of: path)?.kind == .file else { return nil }
    return state.withLock { $0.uses[path] ?? FileUse() }
  }

  /// Removes a name at once, as users do.
  public func unlink(_ path: FilePath) {
    state.withLock { state in
      guard let name = path.lastComponent, let folder = state.find(path.removingLastComponent())
      else { return }
      state.nodes[folder]?.names[name] = nil
      state.pending.append(.unlink(folder: folder, name: name))
    }
  }

  private func digest(_ bytes: [UInt8]) -> FileDigest {
    FileDigest(bytes: bytes.count, sha256: hexadecimal(bytes))
  }
}

/// SHA-256 in lower-case hexadecimal.
public func hexadecimal(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { byte in
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }.joined()
}
