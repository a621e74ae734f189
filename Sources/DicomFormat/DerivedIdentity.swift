import ScanModel
import VolumeModel

/// Who the results are: UIDs, names and numbers, decided for the whole stack.
struct DerivedIdentity: Sendable {
  /// One instance that another refers to.
  struct Reference: Sendable {
    var sopClassUID: String
    var sopInstanceUID: String
  }

  /// The new Series Instance UID.
  var seriesInstanceUID: String
  /// The source's Series Instance UID.
  var sourceSeriesInstanceUID: String
  /// The Series Instance UID of the result that this one supersedes; nil for none.
  var supersededSeriesInstanceUID: String?
  /// Every instance of the stack.
  var sources: [Reference]
  /// By plane.
  var sopInstanceUIDs: [String]
  /// By plane; nil keeps the source's.
  var instanceNumbers: [Int?]
  /// By plane.
  var fileNames: [String]
  /// What was done, as part of every new UID.
  private var work: [String]

  init(
    stack: DicomStack, planes: [DerivedPlane], isResampled: Bool, derivation: Derivation,
    stackIndex: Int, isTaken: (String) -> Bool
  ) {
    let work = Self.work(derivation)
    self.work = work
    let series = stack.slices[0].facts.seriesInstanceUID
    sourceSeriesInstanceUID = series
    seriesInstanceUID = NameBasedUID.make(["series", series] + work)
    supersededSeriesInstanceUID = Self.supersededSeries(of: series, derivation)
    sources = stack.slices.map {
      Reference(sopClassUID: $0.facts.sopClassUID, sopInstanceUID: $0.facts.sopInstanceUID)
    }
    sopInstanceUIDs = planes.map { plane in
      let source = stack.slices[plane.source].facts.sopInstanceUID
      return NameBasedUID.make(
        isResampled
          ? ["plane", source] + work + ["\(stackIndex)", "\(plane.index)"]
          : ["instance", source] + work)
    }
    // A grid of its own numbers its planes; stacks of one series stay apart.
    instanceNumbers = planes.map { isResampled ? stackIndex * 10_000 + $0.index + 1 : nil }
    let own = Self.fileNames(
      ofSources: planes.map { stack.slices[$0.source].path }, isTaken: isTaken)
    if let own, !isResampled {
      fileNames = own
    } else {
      fileNames = planes.map { plane in
        let name = Self.number(plane.index + 1) + ".dcm"
        return stackIndex == 0 ? name : "s\(stackIndex + 1)-\(name)"
      }
    }
  }

  /// The results of a series of multi-frame objects: one an object.
  ///
  /// - Parameters:
  ///   - objects: A frame of each.
  ///   - derivation: What was done.
  ///   - isTaken: Whether a file name is in use.
  init(objects: [DicomSlice], derivation: Derivation, isTaken: (String) -> Bool) {
    work = Self.work(derivation)
    let series = objects[0].facts.seriesInstanceUID
    sourceSeriesInstanceUID = series
    seriesInstanceUID = NameBasedUID.make(["series", series] + work)
    supersededSeriesInstanceUID = Self.supersededSeries(of: series, derivation)
    sources = objects.map {
      Reference(sopClassUID: $0.facts.sopClassUID, sopInstanceUID: $0.facts.sopInstanceUID)
    }
    sopInstanceUIDs = []
    instanceNumbers = objects.map { _ in nil }
    fileNames =
      Self.fileNames(ofSources: objects.map(\.path), isTaken: isTaken)
      ?? objects.indices.map { Self.number($0 + 1) + ".dcm" }
    sopInstanceUIDs = objects.map { uid(of: "instance", $0.facts.sopInstanceUID) }
  }

  /// What another thing that a UID names is called once the work is done.
  func uid(of kind: String, _ source: String) -> String {
    NameBasedUID.make([kind, source] + work)
  }

  /// What was done, as part of every new UID; a first result's name says nothing of revisions.
  private static func work(_ derivation: Derivation) -> [String] {
    work(derivation.recipeSHA256, derivation.version, derivation.revision)
  }

  private static func work(_ recipe: String, _ version: String, _ revision: Int) -> [String] {
    [recipe.lowercased(), version] + (revision > 1 ? ["revision \(revision)"] : [])
  }

  private static func supersededSeries(of series: String, _ derivation: Derivation) -> String? {
    derivation.predecessor.map {
      NameBasedUID.make(["series", series] + work($0.recipeSHA256, $0.version, $0.revision))
    }
  }

  private static func number(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The sources' own names, where they are tame, differ, and are free; else nil.
  private static func fileNames(
    ofSources paths: [String], isTaken: (String) -> Bool
  ) -> [String]? {
    let names = paths.compactMap(fileName)
    let areUnique = Set(names.map { $0.lowercased() }).count == paths.count
    return areUnique && !names.contains(where: isTaken) ? names : nil
  }

  /// The instances whose voxels may have had a say in those of a plane, in order.
  ///
  /// - Parameters:
  ///   - plane: The plane.
  ///   - reach: How many slices away they may lie; nil for any.
  /// - Returns: At least the plane's own source.
  func sources(of plane: DerivedPlane, reach: Int?) -> ArraySlice<Reference> {
    guard let reach else { return sources[...] }
    let first = max(0, plane.source - reach)
    return sources[first...min(sources.count - 1, plane.source + reach)]
  }

  /// The source's own file name with the suffix `.dcm`; nil if it has characters that make
  /// trouble on some system.
  static func fileName(ofSource path: String) -> String? {
    var base = path.split(separator: "/").last.map(String.init) ?? ""
    for suffix in [".dcm", ".dicom", ".ima"] where base.lowercased().hasSuffix(suffix) {
      base.removeLast(suffix.count)
    }
    let isPlain = base.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
    }
    let isTame = isPlain && (1...100).contains(base.utf8.count) && !".-".contains(base.first ?? ".")
    return isTame ? base + ".dcm" : nil
  }
}
