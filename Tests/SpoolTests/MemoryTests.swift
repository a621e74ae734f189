import Configuration
import Disk
import EventLog
import JobLedger
import Recipes
import ScanModel
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

@Suite("Memory")
struct MemoryTests {
  /// A machine whose jobs together may need so many MiB.
  private func machine(_ mebibytes: Int) -> MachineMemory {
    let total = (mebibytes + 256) << 20
    return MachineMemory(total: total, available: total, cores: 2)
  }

  /// MiB that a scan of 512 voxels a side needs, and a little more, but not as much as any other.
  private var enoughForOne: Int {
    let facts = FileFacts(format: .nifti, shape: [512, 512, 512])
    let need = MemoryPrediction(ScanExtent(facts: [facts], assembly: nil), cores: 2)
      .bytes(for: Recipe(name: "keep", steps: []), modality: "MR")
    return (need >> 20) + 10
  }

  /// A scan of that many voxels a side, whose worker ends when it is told to.
  private func slow(_ name: String, _ side: Int) -> [UInt8] {
    PaperScan.volume(name, ["note": "slow", "size": "\(side)x\(side)x\(side)"])
  }

  private func rig(_ mebibytes: Int, limit: Int = 8 << 30) throws -> Rig {
    var settings = Rig.settings()
    settings.limits.memory = limit
    return try Rig(settings: settings, machine: machine(mebibytes))
  }

  @Test("Jobs that do not fit beside each other run one after the other, others side by side")
  func sideBySide() throws {
    let rig = try rig(enoughForOne)
    try rig.start()
    for (name, side) in [("a", 4), ("b", 4), ("c", 512), ("d", 4)] {
      rig.drop(slow(name, side), "\(name).nii")
      try rig.turn(seconds: 8)
    }
    var running = try rig.jobs(.running)
    #expect(running.count == 2, "two small ones run side by side: there are two lanes")
    #expect(try rig.jobs(.queued).count == 2)
    rig.executor.finish(running[0].id)
    try rig.turn(seconds: 1)
    running = try rig.jobs(.running)
    #expect(running.map(\.predictedMemory).allSatisfy { $0 < 100 << 20 })
    #expect(running.count == 2, "the small one behind passes the big one")
    let big = try #require(try rig.jobs(.queued).first)
    #expect(big.predictedMemory > 540 << 20)
    for job in running { rig.executor.finish(job.id) }
    try rig.turn(seconds: 1)
    #expect(try rig.jobs(.running).map(\.id) == [big.id], "alone it has its turn")
    let lines = try rig.ledger.read { try $0.events(of: big.id) }.map(\.line)
    #expect(lines.count { $0.contains("it waits until the jobs that run leave it memory") } == 1)
  }

  @Test("A big job among a stream of small ones is started in the end")
  func neverStarved() throws {
    let rig = try rig(enoughForOne)
    try rig.start()
    for name in ["x", "y"] { rig.drop(slow(name, 4), "\(name).nii") }
    try rig.turn(seconds: 8)
    rig.drop(slow("big", 512), "big.nii")
    try rig.turn(seconds: 8)
    let big = try #require(try rig.jobs(.queued).first)
    var rounds = 0
    while try rig.jobs(.running).first(where: { $0.id == big.id }) == nil, rounds < 60 {
      rounds += 1
      rig.drop(slow("s\(rounds)", 4), "s\(rounds).nii")
      try rig.turn(seconds: 6)
      // One ends, the other goes on: without a rule a small one would always be at work.
      if let oldest = try rig.jobs(.running).first { rig.executor.finish(oldest.id) }
      try rig.turn(seconds: 1)
    }
    #expect(rounds > 2, "small ones may pass for a while")
    #expect(rounds < 40, "but not for ever")
    #expect(try rig.jobs(.running).map(\.id) == [big.id])
  }

  @Test("A job over the limit is held with the figure, its original kept, and may be released")
  func held() throws {
    let rig = try rig(8000, limit: 512 << 20)
    try rig.start()
    let scan = PaperScan.volume("big", ["size": "512x512x512"])
    rig.drop(scan, "big.nii")
    try rig.run()
    let job = try #require(try rig.jobs(.held).first)
    #expect(job.reason.contains("limits.memory is 512 MiB"), "\(job.reason)")
    #expect(job.reason.hasPrefix("it needs about "))
    #expect(job.predictedMemory > 512 << 20)
    #expect(rig.places(of: scan) == ["work"])
    let lines = try rig.ledger.read { try $0.events(of: job.id) }.map(\.line)
    let event = try #require(lines.first { $0.contains("job.held") })
    #expect(event.contains("\"predicted_memory_bytes\":\(job.predictedMemory)"))
    try rig.ask(.release, job.id)
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
  }

  @Test("A job that the whole machine has no memory for is held")
  func tooLargeForTheMachine() throws {
    let rig = try rig(400)
    try rig.start()
    rig.drop(PaperScan.volume("big", ["size": "512x512x512"]), "big.nii")
    rig.drop(PaperScan.volume("small"), "small.nii")
    try rig.run()
    #expect(try rig.counts() == [.held: 1, .published: 1])
    #expect(try rig.jobs(.held).first?.reason.contains("this machine has 400 MiB") == true)
  }

  @Test(
    "A header whose voxels cannot be counted is held, and nothing traps",
    arguments: ["9223372036854775807x9223372036854775807x9223372036854775807x9", "-1x-5x0"])
  func hostile(size: String) throws {
    let rig = try rig(400)
    try rig.start()
    rig.drop(PaperScan.volume("evil", ["size": size]), "evil.nii")
    try rig.run()
    let job = try #require(try rig.jobs().first)
    #expect(job.state == (size.hasPrefix("-") ? .published : .held), "\(job.reason)")
  }

  @Test("A job that is queued when the daemon ends keeps its figure")
  func figureIsKept() throws {
    let rig = try rig(enoughForOne)
    try rig.start()
    for name in ["a", "b", "c"] { rig.drop(slow(name, 512), "\(name).nii") }
    try rig.turn(seconds: 8)
    let before = try rig.jobs().map(\.predictedMemory)
    #expect(before.count == 3 && before.allSatisfy { $0 > 540 << 20 })
    rig.restart()
    try rig.start()
    try rig.turn(seconds: 2)
    #expect(try rig.jobs().map(\.predictedMemory) == before)
    #expect(try rig.jobs(.running).count == 1)
  }

  @Test("What the machine has is the least of its memory and its control groups' limits")
  func controlGroups() throws {
    let disk = MemoryFileSystem()
    func put(_ text: String, _ path: FilePath) { disk.put(Array(text.utf8), at: path) }
    #expect(MachineMemory.read(from: disk).capacity == .max, "nothing known, no limit")
    put("MemTotal:       16777216 kB\nMemAvailable:    8388608 kB\n", "/proc/meminfo")
    #expect(MachineMemory.read(from: disk).total == 16 << 30)
    #expect(MachineMemory.read(from: disk).available == 8 << 30)
    put("0::/system.slice/restorad.service\n", "/proc/self/cgroup")
    put("max\n", "/sys/fs/cgroup/system.slice/restorad.service/memory.max")
    put("6442450944\n", "/sys/fs/cgroup/system.slice/memory.max")
    let grouped = MachineMemory.read(from: disk)
    #expect(grouped.total == 6 << 30)
    #expect(grouped.available == 6 << 30)
    #expect(grouped.capacity == grouped.total - grouped.reserve)
    put("4:memory:/a\n", "/proc/self/cgroup")
    put("1073741824\n", "/sys/fs/cgroup/memory/a/memory.limit_in_bytes")
    #expect(MachineMemory.read(from: disk).total == 1 << 30)
  }

  @Test("A worker that ended for want of memory is said to have")
  func wantOfMemory() {
    func said(_ cause: WorkerLoss.Cause, _ words: String, predicted: Int) -> String {
      WorkerLoss(cause, lastWords: [words]).description(predicted: predicted, limit: 1 << 30)
    }
    let thrown = said(.signal(6), "terminate called after throwing std::bad_alloc", predicted: 1)
    #expect(thrown.contains("for want of memory"))
    #expect(thrown.contains("limits.memory is 1 GiB"))
    #expect(said(.signal(9), "", predicted: 5 << 20).contains("about 5 MiB"))
    #expect(said(.signal(5), "", predicted: 1 << 30).contains("perhaps for want of memory"))
    #expect(said(.signal(11), "", predicted: 5 << 20) == "the worker was ended by signal 11")
    #expect(said(.exit(3), "out of memory", predicted: 5) == "the worker ended with status 3")
  }
}
