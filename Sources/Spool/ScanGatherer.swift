public import Disk
import Foundation
import Glibc
import InboxWatch
public import Recipes
public import ScanModel
public import SystemPackage
import Worker

/// A scan that was found among files that a person named.
public struct GatheredScan: Sendable {
  /// The files; for NIfTI the one to open comes first.
  public var paths: [FilePath]
  /// What the headers say, of each file that has one.
  public var facts: [FileFacts]
  /// What the positions of a series say; nil for NIfTI.
  public var assembly: SeriesAssembly?
  /// 2, 3 or 4.
  public var dimensions: Int
  /// How the scan is stored.
  public var format: ScanFormat
  /// Why the scan is never filtered, or cannot be; nil when it may be restored.
  public var obstacle: (isSkip: Bool, reason: String)?
  /// Whether a recipe that was named overcomes the obstacle.
  public var isRestorableOnDemand: Bool { facts.allSatisfy(\.isReadable) }
  /// What people know the scan by: its first file, in an archive below the archive's name.
  public var title = ""
}

/// What was found among files that a person named.
public struct Gathering: Sendable {
  /// The scans, in the order of their first files.
  public var scans: [GatheredScan] = []
  /// Files that are no readable scan, with the reason.
  public var rejected: [(path: FilePath, reason: String)] = []
  /// Names at which nothing stands.
  public var missing: [FilePath] = []
  /// Archives that were not unpacked, since no place for that was named.
  public var archives: [(path: FilePath, facts: ArchiveFacts)] = []
}

/// Finds the scans among files and folders, with workers that do the reading.
public struct ScanGatherer {
  let disk: any FileSystem
  let executor: any Executor
  let wait: () -> Void
  let limits: (seconds: Double, memory: Int)

  /// Creates a gatherer.
  ///
  /// - Parameters:
  ///   - disk: Where the files lie.
  ///   - executor: Starts the workers that read them.
  ///   - wait: Waits until the executor may have news.
  ///   - limits: What unpacking an archive may take: seconds, and bytes of memory.
  public init(
    disk: any FileSystem, executor: any Executor, wait: @escaping () -> Void,
    limits: (seconds: Double, memory: Int) = (1800, 16 << 30)
  ) {
    self.limits = limits
    self.disk = disk
    self.executor = executor
    self.wait = wait
  }

  /// Looks through files and folders.
  ///
  /// - Parameters:
  ///   - inputs: Absolute paths.
  ///   - question: What to ask of each file.
  ///   - scratch: Asked for a folder that archives are unpacked into, when there are any; nil leaves
  ///     them as they are.
  /// - Returns: The scans, and what is none.
  /// - Throws: `FileError` when a folder cannot be read; what `scratch` throws.
  public func gather(
    _ inputs: [FilePath], _ question: ProbeQuestion,
    unpackingInto scratch: (() throws -> FilePath)? = nil
  ) throws -> Gathering {
    var gathering = try gatherFiles(inputs, question)
    if let scratch, !gathering.archives.isEmpty {
      try unpack(&gathering, question, into: scratch())
    }
    return gathering
  }

  /// Looks through files and folders, archives left as they are.
  func gatherFiles(_ inputs: [FilePath], _ question: ProbeQuestion) throws -> Gathering {
    var gathering = Gathering()
    let found = try files(inputs, &gathering)
    var desk = InboxDesk(
      patience: .init(
        file: 0, series: 0, longest: 0, incomplete: 0, holes: 0, lacking: 0, sidecar: 0))
    _ = desk.observe(found, at: 0)
    _ = desk.observe(found, at: 1)
    probe(&desk, question, &gathering)
    for (path, reason) in desk.expired(at: 2, limit: .max) {
      gathering.rejected.append((path, reason))
    }
    gathering.rejected.sort { $0.path.string < $1.path.string }
    let arrived = desk.arrived(at: 3, limit: .max).flatMap { $0.sorted() }
    gathering.archives = arrived.compactMap { scan in
      scan.facts.first?.archive.map { (scan.members[0].path, $0) }
    }
    gathering.scans = arrived.filter { $0.format != .archive }.map(GatheredScan.init)
      .sorted { ($0.paths.first?.string ?? "") < ($1.paths.first?.string ?? "") }
    return gathering
  }

  private func files(_ inputs: [FilePath], _ gathering: inout Gathering) throws -> [FoundFile] {
    var found: [FilePath: FoundFile] = [:]
    for input in inputs {
      guard let status = try disk.status(of: resolved(input)) else {
        gathering.missing.append(input)
        continue
      }
      if status.kind == .folder {
        for file in try InboxListing(of: input, on: disk).files {
          let path = input.pushing(file.path)
          found[path] = FoundFile(path: path, status: file.status)
        }
      } else {
        found[input] = FoundFile(path: input, status: status)
        try addCompanions(of: input, to: &found)
      }
    }
    return found.values.sorted { $0.path.string < $1.path.string }
  }

  /// The pair, the sidecar and the gradients of a NIfTI file that was named alone.
  private func addCompanions(of input: FilePath, to found: inout [FilePath: FoundFile]) throws {
    let stem = ScanName.stem(input)
    let folder = input.removingLastComponent()
    guard stem != input.encoded else { return }
    for name in try disk.entries(of: folder) {
      let path = folder.appending(name)
      guard ScanName.stem(path) == stem, ScanName.isCompanion(path),
        let status = try disk.status(of: path), status.kind == .file
      else { continue }
      found[path] = FoundFile(path: path, status: status)
    }
  }

  /// A link that a person names is followed; one that lies in a folder is not.
  private func resolved(_ input: FilePath) -> FilePath {
    guard let real = unsafe input.withPlatformString({ unsafe realpath($0, nil) }) else {
      return input
    }
    defer { unsafe free(real) }
    return unsafe FilePath(platformString: real)
  }

  private func probe(
    _ desk: inout InboxDesk, _ question: ProbeQuestion, _ gathering: inout Gathering
  ) {
    var task: (id: String, files: [FoundFile])?
    var count = 0
    while true {
      if task == nil {
        let files = desk.takeForProbe()
        if files.isEmpty { return }
        count += 1
        let id = "gather-\(count)"
        task = (id, files)
        executor.start(
          Assignment(
            id: id,
            request: .probe(ProbeRequest(paths: files.map(\.path.encoded), question: question)),
            timeLimit: 120, memoryLimit: 16 << 30))
      }
      wait()
      for news in executor.takeNews() where news.id == task?.id {
        guard let file = task?.files.first else { continue }
        switch news.kind {
        case .reply(.probed(let verdict)):
          task?.files.removeFirst()
          _ = desk.note(verdict, for: file, at: 2)
          if case .notScan(let reason) = verdict {
            gathering.rejected.append((file.path, reason))
            desk.forget(file.path)
          }
        case .reply: break
        case .lost(let loss):
          for file in task?.files.dropFirst() ?? [] {
            _ = desk.noteLoss(for: file, culprit: false)
          }
          gathering.rejected.append(
            (file.path, "reading its header failed: \(loss.description)"))
          desk.forget(file.path)
          task?.files = []
        }
      }
      if task?.files.isEmpty == true { task = nil }
    }
  }
}

extension GatheredScan {
  init(_ scan: ArrivedScan) {
    paths = scan.members.map(\.path)
    facts = scan.facts
    assembly = scan.assembly
    dimensions = scan.dimensions
    format = scan.format
    title = paths.first?.string ?? ""
    if let reason = scan.facts.lazy.compactMap(\.skipReason).first {
      obstacle = (true, reason)
    } else if let reason = scan.facts.lazy.compactMap(\.unsupportedReason).first {
      obstacle = (false, reason)
    }
  }

  /// The facts as recipes see them.
  public var scanFacts: ScanFacts {
    ScanFacts(files: facts, dimensions: dimensions)
  }

  /// The bytes of memory that a job of it needs at most on this machine.
  public func predictedMemory(for recipe: Recipe, modality: String?) -> Int {
    let extent = ScanExtent(facts: facts, assembly: assembly)
    return MemoryPrediction(extent, cores: ProcessInfo.processInfo.activeProcessorCount)
      .bytes(for: recipe, modality: modality)
  }
}
