import EventLog
import Foundation

/// The name of a job and of its folders: when it came, of what modality, and a mark; nothing that
/// tells of a person.
enum JobName {
  static func make(modality: String?, at moment: Date) -> String {
    "\(Timestamp.compact(moment))-\(clean(modality))-\(mark())"
  }

  /// Eight random digits.
  static func mark() -> String {
    let mark = String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 8 - mark.count) + mark
  }

  /// Letters and digits only; `UN` when nobody says.
  static func clean(_ modality: String?) -> String {
    let letters = (modality ?? "").uppercased().filter { character in
      character.isASCII && (character.isLetter || character.isNumber)
    }
    return letters.isEmpty ? "UN" : String(letters.prefix(8))
  }
}
