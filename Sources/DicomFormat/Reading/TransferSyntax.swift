/// What is known of a transfer syntax (PS3.6, table A-1).
struct TransferSyntax: Sendable {
  let uid: String

  /// Uncompressed, or deflated as a whole.
  static let native: Set<String> = [
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
  ]

  /// JPEG processes 1, 2 and 4, 6 and 8, 10 and 12, 14 and its SV1; JPEG-LS; RLE.
  static let coded: Set<String> = [
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.55", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.5",
  ]

  /// JPEG 2000 and HTJ2K, each lossless and not.
  static let codestreams: Set<String> = [
    "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.92",
    "1.2.840.10008.1.2.4.93", "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203",
  ]

  /// Names that the toolkit's own table is too old for.
  private static let names: [String: String] = [
    "1.2.840.10008.1.2.1.98": "Encapsulated Uncompressed",
    "1.2.840.10008.1.2.4.90": "JPEG 2000 lossless",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.92": "JPEG 2000 multi-component lossless",
    "1.2.840.10008.1.2.4.93": "JPEG 2000 multi-component",
    "1.2.840.10008.1.2.4.110": "JPEG XL lossless",
    "1.2.840.10008.1.2.4.111": "JPEG XL recompression",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
    "1.2.840.10008.1.2.4.201": "HTJ2K lossless",
    "1.2.840.10008.1.2.4.202": "HTJ2K lossless RPCL",
    "1.2.840.10008.1.2.4.203": "HTJ2K",
    "1.2.840.10008.1.2.4.204": "JPIP HTJ2K",
    "1.2.840.10008.1.2.4.205": "JPIP HTJ2K deflate",
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame",
  ]

  /// Whether the pixel data are samples one after another.
  var isNative: Bool { Self.native.contains(uid) }

  /// Whether this version decodes it.
  var isSupported: Bool { isNative || isCodestream || Self.coded.contains(uid) }

  /// JPEG processes that lose: 1, 2 and 4, 6 and 8, 10 and 12.
  var isLossyJPEG: Bool {
    ["50", "51", "53", "55"].contains { uid == "1.2.840.10008.1.2.4." + $0 }
  }

  /// RLE Lossless.
  var isRunLength: Bool { uid == "1.2.840.10008.1.2.5" }

  /// Whether frames are JPEG 2000 codestreams.
  var isCodestream: Bool { Self.codestreams.contains(uid) }

  /// Whether one stream holds all frames: MPEG-2, MPEG-4, HEVC.
  var isVideo: Bool {
    guard uid.hasPrefix("1.2.840.10008.1.2.4."), let number = Int(uid.dropFirst(20).prefix(3))
    else { return false }
    return (100...108).contains(number)
  }

  /// Whether pixel data are in the file, not behind a link (JPIP).
  var carriesPixelData: Bool {
    !["94", "95", "204", "205"].contains { uid == "1.2.840.10008.1.2.4." + $0 }
  }

  /// Name and UID, for people.
  var label: String {
    guard let name = Self.names[uid] ?? Toolkit.name(ofUID: uid) else { return uid }
    return "\(name) (\(uid))"
  }
}
