import ArgumentParser

/// What the process says at its end, after sysexits.h and our own two.
enum ExitStatus: Int32 {
  /// Nothing to do.
  case nothingToDo = 2
  /// Some jobs are done, some failed.
  case someFailed = 8
  /// An input is damaged or unsupported.
  case badInput = 65
  /// There is no such input.
  case noInput = 66
  /// The result cannot be written.
  case cannotWrite = 73
  /// Reading or writing failed.
  case ioError = 74
  /// Trying again later may help.
  case tryLater = 75
  /// The configuration has mistakes.
  case badConfiguration = 78

  /// The same as an error that ends the process with it.
  var code: ExitCode { ExitCode(rawValue) }
}
