import Configuration
import Disk
import JobLedger
import Recipes
import ScanModel
import SystemPackage
import Worker

/// Reading the originals of a published job once more, since files of its series came late.
///
/// A worker reads them, and takes them out of the archives that they came in. What it unpacks lies
/// in a folder that nothing else knows: it goes when the revision is made or given up, and with the
/// next start whatever happens.
extension Spool {
  /// Has a worker read a job's originals, or tells what it said.
  func recollect(
    _ missing: [FileRecord], of job: JobRecord, _ files: [FileRecord], in inbox: Inbox
  ) throws -> Lateness {
    let packed: [PackedOriginals]
    switch try originals(files, of: job) {
    case .lost(let why): return .alone(why)
    case .kept(let archives): packed = archives
    }
    guard let known = recollections[job.id] else {
      recollections[job.id] = recollection(of: job, files, packed, for: inbox)
      startRecollections()
      return .unknown
    }
    if let obstacle = known.obstacle { return .alone(obstacle) }
    if known.isOpen { return .unknown }
    let wanted = Set(missing.map(\.name))
    let found = zip(known.files, known.places).compactMap { file, place in
      wanted.contains(file.name) ? known.facts[file.name].map { (file, $0, place) } : nil
    }
    guard found.count == missing.count else {
      recollections[job.id] = nil
      return .unknown
    }
    return .revision(
      Revision(
        predecessor: job, recalled: found.map(\.0), facts: found.map(\.1),
        places: found.map(\.2), isUnpacked: known.folder != nil))
  }

  // MARK: Where they stand

  /// Whether the originals of a job are still there.
  enum Originals {
    /// They are, in these archives or, without one, as files.
    case kept([PackedOriginals])
    /// They are not, and why.
    case lost(String)
  }

  private func originals(_ files: [FileRecord], of job: JobRecord) throws -> Originals {
    // As after a ledger that was lost with its cards.
    guard files.allSatisfy({ !$0.sopInstanceUID.isEmpty && !$0.sha256.isEmpty }) else {
      return .lost("which instances it had is no longer known")
    }
    if job.originals == "unpacked" { return try packedOriginals(files) }
    guard job.originals == Inbox.Originals.archive.rawValue else {
      return .lost("its originals are not archived")
    }
    if try ledger.read({ try $0.removal(of: job.id) }) != nil {
      return .lost("its originals were removed")
    }
    return try disk.exists(folders.archive(job.id))
      ? .kept([]) : .lost("its originals are no longer in the archive")
  }

  /// The archives that files came in, each with what is wanted of it.
  func packedOriginals(_ files: [FileRecord]) throws -> Originals {
    var members: [String: [(path: FilePath, bytes: Int)]] = [:]
    for file in files {
      // One of a revision whose files no archive holds all of.
      guard let member = folders.member(FilePath(encoded: file.source)) else {
        return .lost("its originals are not archived")
      }
      members[member.job, default: []].append((member.name, file.bytes))
    }
    var packed: [PackedOriginals] = []
    for (id, members) in members.sorted(by: { $0.key < $1.key }) {
      let archive = try ledger.read { (try $0.job(id), try $0.files(of: id).first) }
      guard let job = archive.0, let file = archive.1,
        job.originals == Inbox.Originals.archive.rawValue
      else { return .lost("its originals are not archived") }
      if try ledger.read({ try $0.removal(of: id) }) != nil {
        return .lost("its originals were removed")
      }
      guard let place = try standing(archive: file) else {
        return .lost("its originals are no longer in the archive")
      }
      let name = FilePath(file.name)
      let paths = members.compactMap { path, _ in
        var below = path
        return below.removePrefix(name) ? below : nil
      }
      packed.append(
        PackedOriginals(
          job: id, name: name, archive: place, members: paths,
          bytes: members.reduce(0) { $0 + $1.bytes }))
    }
    return .kept(packed)
  }

  /// Where an archive stands, at rest or while its files are still being taken in.
  private func standing(archive: FileRecord) throws(FileError) -> FilePath? {
    let name = FilePath(archive.name)
    for home in [folders.archive(archive.job), folders.originals(archive.job)] {
      let path = home.pushing(name)
      if try disk.status(of: path)?.kind == .file { return path }
    }
    return nil
  }

  // MARK: The worker's part

  private func recollection(
    of job: JobRecord, _ files: [FileRecord], _ packed: [PackedOriginals], for inbox: Inbox
  ) -> Recollection {
    let folder = packed.isEmpty ? nil : folders.recalled.appending("\(job.id)-\(JobName.mark())")
    if folder != nil { holdsRecalled = true }
    return Recollection(
      inbox: inbox.name, series: job.series, files: files, packed: packed, folder: folder
    ) { file in
      guard let folder, let member = folders.member(FilePath(encoded: file.source)) else {
        return folders.archive(job.id).pushing(FilePath(file.name))
      }
      return folder.appending(member.job).pushing(member.name)
    }
  }

  /// Gives what is to be unpacked or read to free workers.
  func startRecollections() {
    if isPaused || isStopping { return }
    for (id, known) in recollections
    where known.isOpen && known.task == nil && executor.freeProbes > 0 {
      guard let inbox = inbox(named: known.inbox) else { continue }
      do {
        guard let assignment = try assignment(for: known, inbox) else { continue }
        recollections[id]?.task = assignment.id
        executor.start(assignment)
      } catch {
        recollections[id] = nil
        pause("originals could not be taken out of their archive: \(error)")
      }
    }
  }

  /// What is to be done next; nil where there is no room for it.
  private func assignment(for known: Recollection, _ inbox: Inbox) throws -> Assignment? {
    if let packed = known.packed.first, let folder = known.folder {
      guard let request = try unpacking(packed, into: folder, for: inbox) else { return nil }
      return recall(request, timeLimit: settings.limits.time.seconds)
    }
    let request = ProbeRequest(
      paths: known.places.map(\.encoded),
      question: book.question(recipe: inbox.recipe, assuming: inbox.assume))
    return recall(
      .probe(request),
      timeLimit: Self.probeLimit(forBytes: known.files.map(\.bytes).max() ?? 0))
  }

  /// What takes originals out of an archive, below a folder; nil where there is no room for them.
  func unpacking(
    _ packed: PackedOriginals, into folder: FilePath, for inbox: Inbox
  ) throws -> WorkerRequest? {
    var survey = try surveySpace()
    let copied = packed.bytes + packed.members.count * 4096
    if let shortage = survey.shortage(0, copied: copied, outbox: FilePath(inbox.outbox)) {
      lacksRoom = true
      noteLow(shortage.description)
      return nil
    }
    let output = folder.appending(packed.job).pushing(packed.name)
    try disk.makeFolder(output)
    return .unpack(
      UnpackRequest(
        path: packed.archive.encoded, output: output.string,
        members: packed.members.map(\.encoded)))
  }

  func recall(_ request: WorkerRequest, timeLimit: Double) -> Assignment {
    probeCount += 1
    return Assignment(
      id: "recall-\(probeCount)", request: request, timeLimit: timeLimit,
      memoryLimit: settings.limits.memory)
  }

  /// Takes in what a worker said of archived originals; false when it was about something else.
  func hearRecollection(_ news: WorkerNews) -> Bool {
    guard let job = recollections.first(where: { $0.value.task == news.id })?.key else {
      return false
    }
    switch news.kind {
    case .reply(.probed(let verdict)): recollections[job]?.hear(verdict)
    case .reply(.unpacked): recollections[job]?.noteUnpacked()
    case .reply(.refused(let refusal)) where refusal.fate == .deferJob:
      recollections[job] = nil
      pause("originals could not be taken out of their archive: \(refusal.reason)")
    case .reply(.refused): recollections[job]?.hearRefusal()
    case .reply: break
    case .lost(let loss):
      switch loss.cause {
      case .cancelled: recollections[job] = nil
      case .notStarted:
        recollections[job] = nil
        pause(loss.description)
      case .signal, .exit, .timeLimit: recollections[job]?.hearLoss()
      }
    }
    return true
  }

  // MARK: Their end

  /// Forgets what was read for late files that are no longer there.
  func forgetRecollections() {
    forgetRecollections { desks[$0.inbox]?.shelves[$0.series] == nil }
  }

  /// Forgets what was read, and ends what is being read.
  func forgetRecollections(where isUnwanted: (Recollection) -> Bool) {
    for (id, known) in recollections where isUnwanted(known) {
      if known.isOpen, let task = known.task { executor.cancel(task) }
      recollections[id] = nil
    }
  }

  /// Removes what was taken out of archives and is no longer wanted.
  func tidyRecalled() {
    guard holdsRecalled else { return }
    do {
      let wanted = Set(
        recollections.values.compactMap { $0.folder?.lastComponent }
          + comparisons.values.compactMap { $0.folder?.lastComponent })
      if wanted.isEmpty {
        try disk.removeTree(folders.recalled)
        holdsRecalled = false
        return
      }
      guard try disk.exists(folders.recalled) else { return }
      for name in try disk.entries(of: folders.recalled) where !wanted.contains(name) {
        try disk.removeTree(folders.recalled.appending(name))
      }
    } catch {
      pause("what was unpacked could not be removed: \(error)")
    }
  }
}
