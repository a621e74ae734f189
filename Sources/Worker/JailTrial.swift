import CLinux
import Glibc

/// A request to try what a jail forbids, from within one: how `doctor` proves it.
public struct JailTrial: Sendable, Codable {
  /// A file of the assignment's that may be read and not written.
  public var own: String
  /// A file that is none of the assignment's.
  public var others: String
  /// The folder that may be written.
  public var output: String

  /// Creates a trial.
  public init(own: String, others: String, output: String) {
    self.own = own
    self.others = others
    self.output = output
  }

  /// One thing that was tried.
  public struct Finding: Sendable, Codable, Equatable {
    /// What was tried.
    public var attempt: String
    /// Whether it came out as a jail wants it.
    public var isAsItShould: Bool
    /// What the system said.
    public var answer: String
  }

  /// Tries everything; called in the jail.
  func findings() -> [Finding] {
    var findings = [
      wanted("read its own file", unsafe open(own, O_RDONLY | O_CLOEXEC)),
      wanted(
        "write into its own folder",
        unsafe open(output + "/trial", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)),
    ]
    var index: Int32 = 0
    var result: Int32 = 0
    while let name = unsafe clinux_jail_try(index, others, own, &result) {
      // What a kernel does not have nobody can use.
      let isShut = [-1, EPERM, EACCES].contains(result)
      findings.append(
        Finding(
          attempt: unsafe String(cString: name), isAsItShould: isShut, answer: answer(result)))
      index += 1
    }
    return findings
  }

  private func wanted(_ name: String, _ descriptor: Int32) -> Finding {
    let cause = descriptor < 0 ? errno : 0
    if descriptor >= 0 { close(descriptor) }
    return Finding(attempt: name, isAsItShould: cause == 0, answer: answer(cause))
  }

  private func answer(_ code: Int32) -> String {
    switch code {
    case 0: "it went well"
    case -1: "this system has no such thing"
    default: unsafe String(cString: strerror(code))
    }
  }
}
