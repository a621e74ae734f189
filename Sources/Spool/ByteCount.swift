/// Bytes as people read them.
public enum ByteCount {
  /// Such as `9.3 GiB` or `512 MiB`, rounded up.
  public static func text(_ bytes: Int) -> String {
    if bytes == .max { return "more than can be counted" }
    let mebibytes = Double(bytes) / 1_048_576
    if mebibytes < 1024 { return "\(Int(mebibytes.rounded(.up))) MiB" }
    let tenths = (mebibytes / 102.4).rounded(.up) / 10
    return tenths == tenths.rounded() ? "\(Int(tenths)) GiB" : "\(tenths) GiB"
  }
}
