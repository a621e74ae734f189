import CLinux

/// How much of a processor's instruction set a program uses; the later, the more.
public enum InstructionLevel: Int, Sendable, CaseIterable, Comparable, CustomStringConvertible {
  /// What every processor of its kind has.
  case baseline = 0
  /// AVX2 and FMA: 2013 and later.
  case v3 = 3
  /// AVX-512.
  case v4 = 4

  /// The level that this program was built for.
  public static let built = InstructionLevel(rawValue: Int(clinux_built_level())) ?? .baseline

  /// The highest level that this machine can run.
  public static let machine =
    InstructionLevel(rawValue: Int(clinux_processor_level())) ?? .baseline

  /// The name of its folder, and what `RESTORAD_LEVEL` calls it.
  public var name: String { self == .baseline ? "baseline" : "v\(rawValue)" }

  /// The name that compilers know it by.
  public var description: String { self == .baseline ? name : "x86-64-\(name)" }

  /// Whether one level uses less than another.
  public static func < (a: InstructionLevel, b: InstructionLevel) -> Bool {
    a.rawValue < b.rawValue
  }
}
