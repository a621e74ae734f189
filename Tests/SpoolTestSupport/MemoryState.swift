import Disk
import SystemPackage

/// A file or folder with what a crash would leave of it.
struct MemoryNode {
  var kind: FileStatus.Kind
  var bytes: [UInt8] = []
  var durableBytes: [UInt8] = []
  var names: [FilePath.Component: Int] = [:]
  var durableNames: [FilePath.Component: Int] = [:]
  var modified = 0
  var changed = 0
}

/// A change of names that no sync has reached yet.
enum MemoryChange {
  case link(folder: Int, name: FilePath.Component, node: Int)
  case unlink(folder: Int, name: FilePath.Component)
  case rename(
    from: Int, old: FilePath.Component, to: Int, new: FilePath.Component, node: Int)

  var folders: [Int] {
    switch self {
    case .link(let folder, _, _), .unlink(let folder, _): [folder]
    case .rename(let from, _, let to, _, _): [from, to]
    }
  }
}

/// All that a disk in memory is.
struct MemoryState {
  var nodes: [Int: MemoryNode] = [0: MemoryNode(kind: .folder)]
  var nextNode = 1
  var tick = 1
  var pending: [MemoryChange] = []
  var steps = 0
  var mounts: [FilePath: UInt64] = [:]
  var free = 1 << 40
  var fault: (@Sendable (Int) -> Errno?)?
  var watcher: (@Sendable (Int, FilePath) -> Void)?
}

extension MemoryState {
  /// What a crash leaves of a state.
  init(surviving other: MemoryState, _ crash: MemoryFileSystem.Crash) {
    self = other
    for (number, node) in nodes {
      switch crash {
      case .kill:
        nodes[number]?.durableNames = node.names
        nodes[number]?.durableBytes = node.bytes
      case .power:
        nodes[number]?.names = node.durableNames
        nodes[number]?.bytes = node.durableBytes
      }
    }
    pending = []
  }

  func find(_ path: FilePath) -> Int? {
    var node = 0
    for name in path.components {
      guard let next = nodes[node]?.names[name] else { return nil }
      node = next
    }
    return node
  }

  func device(of path: FilePath) -> UInt64 {
    let homes = mounts.filter { path.starts(with: $0.key) }
    return homes.max { $0.key.components.count < $1.key.components.count }?.value ?? 1
  }

  @discardableResult
  mutating func link(
    _ node: MemoryNode, _ name: FilePath.Component, in folder: Int
  ) -> Int {
    let number = nextNode
    nextNode += 1
    nodes[number] = node
    touch(number)
    nodes[folder]?.names[name] = number
    pending.append(.link(folder: folder, name: name, node: number))
    return number
  }

  mutating func sync(_ node: Int) {
    guard let bytes = nodes[node]?.bytes else { return }
    nodes[node]?.durableBytes = bytes
  }

  mutating func touch(_ node: Int) {
    tick += 1
    nodes[node]?.modified = tick
    nodes[node]?.changed = tick
  }

  /// Makes pending changes of a folder durable, with those that they rest on; nil for all.
  mutating func commit(folder: Int?) {
    var reached = Set([folder].compactMap(\.self))
    var chosen: [MemoryChange] = []
    var rest: [MemoryChange] = []
    for change in pending.reversed() {
      if folder == nil || change.folders.contains(where: reached.contains) {
        reached.formUnion(change.folders)
        chosen.append(change)
      } else {
        rest.append(change)
      }
    }
    pending = rest.reversed()
    for change in chosen.reversed() {
      switch change {
      case .link(let folder, let name, let node): nodes[folder]?.durableNames[name] = node
      case .unlink(let folder, let name): nodes[folder]?.durableNames[name] = nil
      case .rename(let from, let old, let to, let new, let node):
        nodes[from]?.durableNames[old] = nil
        nodes[to]?.durableNames[new] = node
      }
    }
  }
}
