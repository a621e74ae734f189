import EventLog
import JobLedger
import ScanModel
import SystemPackage
import Worker

/// Two contents that claim to be one instance.
struct Conflict {
  /// What is wrong, in words.
  var reason: String
  /// The file that came now.
  var later: FileRecord
  /// The one that came before, or beside it.
  var earlier: FileRecord
}

/// A job whose conflict a worker is to look at, or looks at.
struct Comparison {
  var job: JobRecord
  var conflict: Conflict
  /// Where the earlier file stands, or will once it is unpacked.
  var earlierPath: FilePath
  /// The archive that it has to be taken out of first; nil once it is.
  var packed: PackedOriginals?
  /// Where it is unpacked, a folder that nothing else knows; nil for one that stands as a file.
  var folder: FilePath?
  /// The assignment; nil until there is a worker for it.
  var task: String?
}

extension InstanceDifference {
  /// The difference in words, without names of private attributes.
  var summary: String {
    let count = attributes.count + unlisted
    let pixelText: String? =
      switch pixels {
      case .differ: "the pixels"
      case .missing: "whether there are pixels"
      case .same, .unknown, .none: nil
      }
    let attributeText: String? =
      count == 0 ? nil : count == 1 ? "one attribute" : "\(count) attributes"
    let parts = [pixelText, attributeText].compactMap(\.self)
    if parts.isEmpty { return "only how they are coded differs" }
    let isOne = parts.count == 1 && (count == 1 || pixels == .missing)
    return parts.joined(separator: " and ") + (isOne ? " differs" : " differ")
  }

  /// What `reason.json` says of it.
  var note: JSONValue {
    .object([
      "pixels": .text(pixels.rawValue), "unlisted": .integer(unlisted),
      "attributes": .list(attributes.map(\.note)),
    ])
  }

  /// What events say of it.
  var fields: [String: EventField] {
    [
      "pixels": .text(pixels.rawValue),
      "attributes_differing": .integer(attributes.count + unlisted),
    ]
  }
}

extension InstanceDifference.Attribute {
  fileprivate var note: JSONValue {
    .object([
      "tag": .text(tag), "keyword": .text(keyword), "vr": .text(vr),
      "change": .text(change.rawValue),
      "earlier_length": earlierLength.map(JSONValue.integer) ?? .null,
      "later_length": laterLength.map(JSONValue.integer) ?? .null,
    ])
  }
}
