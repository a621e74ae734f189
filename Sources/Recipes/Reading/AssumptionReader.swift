/// Reads what an inbox assumes of files that do not say.
package enum AssumptionReader {
  /// Reads a mapping from keyword to value; mistakes are noted.
  package static func assumptions(_ field: Field) -> [String: String] {
    guard let entries = Section.entries(of: field, allowed: "a mapping: { Modality: MR }") else {
      return [:]
    }
    var assumed: [String: String] = [:]
    for (name, key, value) in entries {
      guard ConditionReader.isKnown(name), !measured.contains(name) else {
        let known = DicomKeywords.all.union(["BIDSSuffix"])
        key.refuse(
          measured.contains(name)
            ? "'\(name)' is found in the files and cannot be assumed"
            : "unknown key '\(name)' in assume\(Suggestion.text(for: name, among: known)) "
              + "(allowed: a DICOM keyword, or BIDSSuffix)")
        continue
      }
      if let text = value.text("a text or a number") { assumed[name] = text }
    }
    return assumed
  }

  private static let measured: Set<String> = ["Format", "Dimensions", "HasMetal"]
}
