extension NiftiHeader {
  /// Why voxels of the header's type are kept as they are; nil for those that are numbers.
  private var typeReason: String? {
    guard !storedType.isReadable else { return nil }
    switch storedType {
    case .rgb24, .rgba32: return "colour voxels (\(storedType.name)) are not filtered"
    case .binary: return "voxels of one bit are labels, not an image"
    // What noise does to a magnitude the methods know; to the parts of a complex number they do not.
    case .complex64, .complex128, .complex256:
      return "complex voxels (\(storedType.name)) are not filtered: make a magnitude image of them"
    // Machines differ in what they write under that name, and no header says which it was.
    default: return "voxels of type \(storedType.name) are not read: convert them to float64"
    }
  }

  /// Why the content is no image to filter, as far as header and extensions say it.
  func skipReason(_ extensions: [NiftiExtension]) -> String? {
    if (3000...3099).contains(intentCode)
      || extensions.contains(where: { $0.code == NiftiExtension.ciftiCode })
    {
      return "CIFTI-2: a matrix over the brain's surface, not an image"
    }
    if let typeReason { return typeReason }
    return Self.intents[intentCode].map { "intent code \(intentCode): \($0), not an image" }
  }

  /// Intents whose numbers would mean something else after smoothing.
  ///
  /// - SeeAlso: `nifti1.h`, `NIFTI_INTENT_…`.
  private static let intents = [
    1002: "labels", 1003: "names of structures", 1004: "matrices", 1005: "symmetric matrices",
    1006: "displacement vectors", 1007: "vectors", 1008: "points", 1009: "triangles",
    1010: "quaternions", 2002: "node indices", 2003: "colours", 2004: "colours", 2005: "shapes",
  ]
}
