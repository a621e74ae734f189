/// What is read.
extension ConformanceTable {
  static let storageClasses = ConformanceTable(
    name: "storage-classes",
    heads: [
      "class 1.2.840.10008.5.1.4.1.1…", "frames", "more bits stored", "a sign", "a new rescale",
      "Image Type value 2",
    ],
    rows: SOPClass.images.union(SOPClass.enhanced).sorted(by: isNumberedBefore).map { leaf in
      let uid = SOPClass.prefix + leaf
      let kind = DerivedImageClass(sopClassUID: uid)
      let sop = SOPClass(uid: uid)
      return [
        "." + leaf, sop.isEnhanced ? "functional groups" : sop.mayHoldFrames ? "several" : "one",
        kind.allowsWidening ? "yes" : "no", kind.allowsSigned ? "yes" : "no", words(kind.rescale),
        kind.demandsPrimary ? "PRIMARY" : sop.isEnhanced ? "kept" : "SECONDARY",
      ]
    })

  private static func words(_ policy: DerivedImageClass.RescalePolicy) -> String {
    switch policy {
    case .free: "yes"
    case .slopeOnly: "slope only, slice by slice"
    case .lastResort: "as a last resort"
    case .fixed: "no"
    }
  }

  static let transferSyntaxes = ConformanceTable(
    name: "transfer-syntaxes", heads: ["UID 1.2.840.10008.1.2…", "read as"],
    rows: TransferSyntax.native.union(TransferSyntax.coded).union(TransferSyntax.codestreams)
      .sorted(by: isNumberedBefore).map { uid in
        let syntax = TransferSyntax(uid: uid)
        let leaf = String(uid.dropFirst("1.2.840.10008.1.2".count))
        let manner =
          syntax.isNative
          ? (leaf == ".1.99" ? "samples, the data set deflated" : "samples")
          : syntax.isCodestream
            ? "JPEG 2000 codestreams"
            : syntax.isRunLength ? "run lengths" : leaf.hasPrefix(".4.8") ? "JPEG-LS" : "JPEG"
        return [leaf.isEmpty ? "(the root)" : leaf, manner]
      })

  /// Orders UIDs, or ends of them, number by number.
  private static func isNumberedBefore(_ left: String, _ right: String) -> Bool {
    func numbers(_ uid: String) -> [Int] { uid.split(separator: ".").compactMap { Int($0) } }
    return numbers(left).lexicographicallyPrecedes(numbers(right))
  }
}
