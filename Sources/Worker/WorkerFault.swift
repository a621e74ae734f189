import Glibc

/// Misbehaviour on demand, for tests of what contains it: nobody finds real input that ends a
/// decoder when it is wanted.
///
/// `RESTORAD_WORKER_FAULT=probe.crash:TEXT` has the worker crash when it is to look at a file whose
/// name holds TEXT. Instead of `probe` there are `restore` and `unpack`, instead of `crash` there are `hang`,
/// `spin` and `eat` (memory, without end). Read by the worker alone.
struct WorkerFault {
  private enum Manner: String {
    case crash
    case hang
    case spin
    case eat
  }

  private let stage: Substring
  private let manner: Manner
  private let text: Substring

  /// Reads the variable; nil when it is not set, or says nothing that is known.
  init?() {
    guard let value = unsafe getenv("RESTORAD_WORKER_FAULT") else { return nil }
    let parts = unsafe String(cString: value).split(separator: ":", maxSplits: 1)
    let words = parts.first?.split(separator: ".") ?? []
    guard parts.count == 2, words.count == 2, let manner = Manner(rawValue: String(words[1]))
    else { return nil }
    stage = words[0]
    self.manner = manner
    text = parts[1]
  }

  /// Misbehaves if that is asked for these files.
  func strike(_ stage: String, _ names: [String]) {
    guard stage == self.stage, names.contains(where: { $0.contains(text) }) else { return }
    switch manner {
    case .crash: abort()
    case .hang: while true { sleep(1) }
    case .spin: while true { _ = getppid() }
    case .eat: eat()
    }
  }

  private func eat() {
    var meals: [[UInt8]] = []
    while true { meals.append([UInt8](repeating: 1, count: 1 << 24)) }
  }
}
