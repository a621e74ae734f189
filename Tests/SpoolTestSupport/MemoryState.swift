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

  /// A name in a folder.
  struct Entry: Hashable {
    var folder: Int
    var name: FilePath.Component
  }

  /// The names that it touches.
  var entries: [Entry] {
    switch self {
    case .link(let folder, let name, _), .unlink(let folder, let name):
      [Entry(folder: folder, name: name)]
    case .rename(let from, let old, let to, let new, _):
      [Entry(folder: from, name: old), Entry(folder: to, name: new)]
    }
  }

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
  var uses: [FilePath: FileUse] = [:]
  var free = 1 << 40
  /// Sizes of the file systems that have one.
  var capacities: [UInt64: Int] = [:]
  var fault: (@Sendable (MemoryFileSystem.Step) -> Errno?)?
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

  /// What a power cut leaves when chance decides over every write that no sync has reached.
  init(surviving other: MemoryState, using generator: inout some RandomNumberGenerator) {
    self = other
    var lost: Set<MemoryChange.Entry> = []
    for change in pending {
      // One name's changes reach a disk in their order.
      if lost.isDisjoint(with: change.entries) && Bool.random(using: &generator) {
        makeDurable(change)
      } else {
        lost.formUnion(change.entries)
      }
    }
    pending = []
    // In order: with the same seed the same is lost in every run.
    for number in nodes.keys.sorted() {
      guard var node = nodes[number] else { continue }
      node.names = node.durableNames
      if node.bytes != node.durableBytes {
        switch Int.random(in: 0...2, using: &generator) {
        case 0: node.bytes = node.durableBytes
        case 1: break
        default:
          let length = Int.random(in: 0...node.bytes.count, using: &generator)
          node.bytes = Array(node.bytes.prefix(length))
        }
        node.durableBytes = node.bytes
      }
      nodes[number] = node
    }
  }

  /// What a file system has room for; one without a size is as good as endless.
  func space(at path: FilePath) -> DiskSpace {
    let device = device(of: path)
    guard let capacity = capacities[device] else {
      return DiskSpace(device: device, free: free, total: 1 << 40)
    }
    return DiskSpace(device: device, free: max(0, capacity - used(on: device)), total: capacity)
  }

  private func used(on device: UInt64) -> Int {
    var sum = 0
    func walk(_ node: Int, _ path: FilePath) {
      if self.device(of: path) == device { sum += nodes[node]?.bytes.count ?? 0 }
      for (name, child) in nodes[node]?.names ?? [:] { walk(child, path.appending(name)) }
    }
    walk(0, "/")
    return sum
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
    for change in chosen.reversed() { makeDurable(change) }
  }

  private mutating func makeDurable(_ change: MemoryChange) {
    switch change {
    case .link(let folder, let name, let node): nodes[folder]?.durableNames[name] = node
    case .unlink(let folder, let name): nodes[folder]?.durableNames[name] = nil
    case .rename(let from, let old, let to, let new, let node):
      nodes[from]?.durableNames[old] = nil
      nodes[to]?.durableNames[new] = node
    }
  }
}
