/// The status page.
public struct HTTPSettings: Sendable, Equatable {
  /// The address to listen at: a host's name, an IPv4 address, or an IPv6 address without brackets.
  public var host: String
  /// The port; 0 lets the system choose.
  public var port: Int

  /// Creates settings.
  public init(host: String = "127.0.0.1", port: Int = 8484) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`, with an IPv6 host in brackets; nil when the text is something else.
  public init?(listen text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard let port = Int(digits), String(port) == digits, (0...65535).contains(port) else {
      return nil
    }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      let inner = host.dropFirst().dropLast()
      guard inner.contains(":"), inner.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
        return nil
      }
      self.init(host: String(inner), port: port)
    } else {
      let isName = host.allSatisfy {
        ($0.isLetter || $0.isNumber) && $0.isASCII || ".-".contains($0)
      }
      guard !host.isEmpty, isName else { return nil }
      self.init(host: String(host), port: port)
    }
  }

  /// The address as `host:port`.
  public var listen: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
