/// The BIDS sidecar: a JSON object beside an image, with the facts that NIfTI has no field for.
public enum NiftiSidecar {
  /// Who made a result, as BIDS derivatives have it.
  public struct Generator: Sendable, Equatable {
    /// The program's name.
    public var name: String
    /// The program's version.
    public var version: String
    /// What was done, for people.
    public var description: String?
    /// Where the program's code is.
    public var codeURL: String?

    /// Creates an entry.
    public init(
      name: String, version: String, description: String? = nil, codeURL: String? = nil
    ) {
      self.name = name
      self.version = version
      self.description = description
      self.codeURL = codeURL
    }

    fileprivate var json: JsonValue {
      let members = [
        ("Name", name), ("Version", version), ("Description", description), ("CodeURL", codeURL),
      ]
      return .object(
        members.compactMap { name, value in value.map { (name: name, value: .string($0)) } })
    }
  }

  /// The sidecar of a result: the source's, with where the result came from.
  ///
  /// Every key is kept and numbers keep their digits. `Sources` and `GeneratedBy` are appended to
  /// what the source's sidecar already says there. Keys are sorted.
  ///
  /// - Parameters:
  ///   - source: The source's sidecar; nil or anything that is not a JSON object counts as empty.
  ///   - sources: The files that the result was made from, as BIDS URIs or relative paths.
  ///   - generator: Who made the result.
  /// - Returns: UTF-8 with a line break at the end.
  /// - SeeAlso: Brain Imaging Data Structure 1.10, "Derived dataset and pipeline description".
  public static func derived(
    from source: [UInt8]?, sources: [String], generatedBy generator: Generator
  ) -> [UInt8] {
    var members: [(name: String, value: JsonValue)] = []
    if let source, case .object(let kept)? = JsonParser.parse(source) { members = kept }
    append(sources.map(JsonValue.string), to: "Sources", in: &members)
    append([generator.json], to: "GeneratedBy", in: &members)
    return Array((JsonValue.object(members).text() + "\n").utf8)
  }

  /// Appends what a list lacks; a single value that stands in a list's place becomes its first.
  private static func append(
    _ values: [JsonValue], to name: String, in members: inout [(name: String, value: JsonValue)]
  ) {
    var list: [JsonValue] = []
    switch JsonValue.object(members)[name] {
    case .array(let elements)?: list = elements
    case .null?, nil: break
    case let single?: list = [single]
    }
    list += values.filter { !list.contains($0) }
    members.removeAll { $0.name == name }
    members.append((name, .array(list)))
  }

  /// Longer files are no sidecars.
  private static let longest = 16 << 20

  /// The sidecar of an image; nil when there is none that can be read.
  ///
  /// - Parameter path: The image; `sub-01_T1w.nii.gz` has `sub-01_T1w.json`.
  /// - Returns: The bytes as they are on disk.
  static func bytes(beside path: String) -> [UInt8]? {
    let name = NiftiName(path: path)
    let sidecar = name.stem + ".json"
    guard name.exists(sidecar) else { return nil }
    // A sidecar that cannot be read is none: the image matters.
    guard var source = try? ScanBytes(path: name.folder + sidecar),
      let bytes = try? source.read(longest + 1), bytes.count <= longest
    else { return nil }
    return bytes
  }

  /// The values of the wanted keys, as text; a list gives several.
  static func attributes(_ sidecar: [UInt8]?, keywords: [String]) -> [String: [String]] {
    guard let value = sidecar.flatMap(JsonParser.parse) else { return [:] }
    var attributes: [String: [String]] = [:]
    for keyword in keywords {
      let scalars = value[keyword]?.scalars ?? []
      if !scalars.isEmpty { attributes[keyword] = scalars }
    }
    return attributes
  }

  /// Whether a sidecar names the modality, as those of scanners' images do.
  static func announcesModality(_ sidecar: [UInt8]?) -> Bool {
    !attributes(sidecar, keywords: ["Modality"]).isEmpty
  }
}
