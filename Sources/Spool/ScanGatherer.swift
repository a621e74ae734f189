public import Disk
import Foundation
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
}

/// What was found among files that a person named.
public struct Gathering: Sendable {
  /// The scans, in the order of their first files.
  public var scans: [GatheredScan] = []
  /// Files that are no readable scan, with the reason.
  public var rejected: [(path: FilePath, reason: String)] = []
  /// Names at which nothing stands.
  public var missing: [FilePath] = []
}

/// Finds the scans among files and folders, with workers that do the reading.
public struct ScanGatherer {
  private let disk: any FileSystem
  private let executor: any Executor
  private let wait: () -> Void

  /// Creates a gatherer.
  ///
  /// - Parameters:
  ///   - disk: Where the files lie.
  ///   - executor: Starts the workers that read them.
  ///   - wait: Waits until the executor may have news.
  public init(disk: any FileSystem, executor: any Executor, wait: @escaping () -> Void) {
    self.disk = disk
    self.executor = executor
    self.wait = wait
  }

  /// Looks through files and folders.
  ///
  /// - Parameters:
  ///   - inputs: Absolute paths.
  ///   - question: What to ask of each file.
  /// - Returns: The scans, and what is none.
  /// - Throws: `FileError` when a folder cannot be read.
  public func gather(_ inputs: [FilePath], _ question: ProbeQuestion) throws -> Gathering {
    var gathering = Gathering()
    let found = try files(inputs, &gathering)
    var desk = InboxDesk(patience: .init(file: 0, series: 0, longest: 0, incomplete: 0))
    _ = desk.observe(found, at: 0)
    _ = desk.observe(found, at: 1)
    probe(&desk, question, &gathering)
    for (path, reason) in desk.expired(at: 2) { gathering.rejected.append((path, reason)) }
    gathering.rejected.sort { $0.path.string < $1.path.string }
    gathering.scans = desk.arrived(at: 3).flatMap { $0.sorted() }.map(GatheredScan.init)
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
    FilePath(URL(fileURLWithPath: input.string).resolvingSymlinksInPath().path)
  }

  private func probe(
    _ desk: inout InboxDesk, _ question: ProbeQuestion, _ gathering: inout Gathering
  ) {
    var task: (id: String, paths: [FilePath])?
    var count = 0
    while true {
      if task == nil {
        let paths = desk.takeForProbe(32)
        if paths.isEmpty { return }
        count += 1
        let id = "gather-\(count)"
        task = (id, paths)
        executor.start(
          Assignment(
            id: id,
            request: .probe(ProbeRequest(paths: paths.map(\.encoded), question: question)),
            timeLimit: 120, memoryLimit: 16 << 30))
      }
      wait()
      for news in executor.takeNews() where news.id == task?.id {
        guard let path = task?.paths.first else { continue }
        switch news.kind {
        case .reply(.probed(let verdict)):
          task?.paths.removeFirst()
          _ = desk.note(verdict, for: path, at: 2)
          if case .notScan(let reason) = verdict {
            gathering.rejected.append((path, reason))
            desk.forget(path)
          }
        case .reply: break
        case .lost(let loss):
          for path in task?.paths.dropFirst() ?? [] { _ = desk.noteLoss(for: path, culprit: false) }
          gathering.rejected.append((path, "reading its header failed: \(loss.description)"))
          desk.forget(path)
          task?.paths = []
        }
      }
      if task?.paths.isEmpty == true { task = nil }
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
}
