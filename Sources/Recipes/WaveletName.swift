/// The names of the wavelets that the `wavelet` step knows; they are PyWavelets' names.
public enum WaveletName {
  /// What is allowed, in words.
  public static let allowed =
    "haar | db1 to db20 | sym2 to sym20 | coif1 to coif5 | bior1.1 to bior6.8 | rbio1.1 to rbio6.8"

  private static let biorthogonalOrders: Set<String> = [
    "1.1", "1.3", "1.5", "2.2", "2.4", "2.6", "2.8", "3.1", "3.3", "3.5", "3.7", "3.9", "4.4",
    "5.5", "6.8",
  ]

  /// Whether there is a wavelet of that name.
  public static func isKnown(_ name: String) -> Bool {
    let family = name.prefix { $0.isLetter }
    let order = String(name.dropFirst(family.count))
    switch family {
    case "haar": return order.isEmpty
    case "bior", "rbio": return biorthogonalOrders.contains(order)
    case "db": return isOrder(order, in: 1...20)
    case "sym": return isOrder(order, in: 2...20)
    case "coif": return isOrder(order, in: 1...5)
    default: return false
    }
  }

  private static func isOrder(_ text: String, in range: ClosedRange<Int>) -> Bool {
    guard let order = Int(text), String(order) == text else { return false }
    return range.contains(order)
  }
}
