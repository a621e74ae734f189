public import Foundation

/// What was done to a series, and how its result is to be written down.
///
/// Everything that ends up in the derived files comes from here or from the sources: two writes
/// with the same derivation give the same bytes.
public struct Derivation: Sendable, Equatable {
  /// One step of the recipe.
  public struct Step: Sendable, Equatable {
    /// What a step does to an image, as far as DICOM has a word for it (CID 7203).
    public enum Kind: Sendable, Equatable {
      /// Noise is reduced: code (113087, DCM).
      case smoothing
      /// The grid changes: code (113085, DCM).
      case spatialResampling
      /// Anything else: a code of the private scheme `99RESTORAD`, made from the step's name.
      case other
    }

    /// The stable name, such as `n4`; ASCII letters, digits and hyphens.
    public var name: String
    /// A short text for people with the key parameters, such as `shrink 4, 3 levels`.
    public var summary: String
    /// Which code describes it.
    public var kind: Kind

    /// Creates a step.
    public init(name: String, summary: String = "", kind: Kind = .other) {
      self.name = name
      self.summary = summary
      self.kind = kind
    }
  }

  /// How the result is encoded; lossless all three.
  public enum TransferSyntax: Sendable, Equatable {
    /// Explicit VR Little Endian.
    case explicitLittleEndian
    /// Deflated Explicit VR Little Endian.
    case deflated
    /// RLE Lossless.
    case rle
  }

  /// Who the General Equipment attributes (Manufacturer, …) name.
  ///
  /// The scanner and Restorad both stand in the Contributing Equipment Sequence either way.
  public enum Equipment: Sendable, Equatable {
    /// The scanner, as in the source: research tools choose their parser by Manufacturer.
    case keepAcquisition
    /// Restorad, as PS3.3 C.7.5.1 has it: "the equipment that produced the instance".
    case standard
  }

  /// What becomes of private attributes.
  public enum PrivateAttributes: Sendable, Equatable {
    /// Those known not to depend on pixel values stay, the rest is dropped and counted.
    case independent
    /// All stay: for research, where a stale private value does less harm than a missing one.
    case all
  }

  /// What an earlier result of the same series was made by, which a new one supersedes.
  public struct Predecessor: Sendable, Equatable {
    /// The SHA-256 of its recipe, in hexadecimal.
    public var recipeSHA256: String
    /// The version of Restorad that made it.
    public var version: String
    /// Which result of the series it was.
    public var revision: Int

    /// Creates a note of all parts.
    public init(recipeSHA256: String, version: String, revision: Int) {
      self.recipeSHA256 = recipeSHA256
      self.version = version
      self.revision = revision
    }
  }

  /// The recipe's name.
  public var recipe: String
  /// The recipe's SHA-256, in hexadecimal; part of every new UID.
  public var recipeSHA256: String
  /// Restorad's version, such as `0.1.0`; part of every new UID.
  public var version: String
  /// Which device did the work, for Device Serial Number; left out of de-identified results.
  public var deviceID: String
  /// The steps in the order in which they ran.
  public var steps: [Step]
  /// When the work was done.
  public var moment: Date
  /// Minutes east of UTC in which dates and times are written; a source that states its own
  /// Timezone Offset From UTC overrules it.
  public var utcOffsetMinutes: Int
  /// k of the scheme: Series Number = source × 1000 + k.
  public var seriesNumberOffset: Int
  /// Whether the values left their scale for the eye's sake: a CT is then no longer in HU.
  public var presentation: Bool
  /// Whether voxels may have moved although the grid stayed the same, as motion correction does.
  public var resampledGeometry: Bool
  /// How many slices away a voxel of the sources may lie that had a say in one of a result; nil
  /// where any may.
  ///
  /// Each result names the sources in this reach.
  public var sliceReach: Int?
  /// How the result is encoded.
  public var transferSyntax: TransferSyntax
  /// Who the General Equipment attributes name.
  public var equipment: Equipment
  /// What becomes of private attributes.
  public var keepPrivate: PrivateAttributes
  /// A sentence to append to Image Comments; nil for none.
  public var comment: String?
  /// Which result of the series this is; from 2 on it is part of every new UID.
  public var revision = 1
  /// What the result that this one supersedes was made by; nil for a first one, or when that is not
  /// known.
  public var predecessor: Predecessor?

  /// Creates a derivation.
  ///
  /// - Parameters:
  ///   - recipe: The recipe's name.
  ///   - recipeSHA256: Its SHA-256 in hexadecimal.
  ///   - version: Restorad's version.
  ///   - deviceID: Which device did the work.
  ///   - steps: The steps in order.
  ///   - moment: When the work was done.
  ///   - utcOffsetMinutes: Minutes east of UTC for dates and times.
  ///   - seriesNumberOffset: k of Series Number = source × 1000 + k; 0 to 999.
  ///   - presentation: Whether a CT is no longer in HU.
  ///   - resampledGeometry: Whether voxels may have moved on an unchanged grid.
  ///   - transferSyntax: How the result is encoded.
  ///   - equipment: Who the General Equipment attributes name.
  ///   - keepPrivate: What becomes of private attributes.
  ///   - comment: A sentence for Image Comments.
  public init(
    recipe: String, recipeSHA256: String, version: String, deviceID: String, steps: [Step],
    moment: Date, utcOffsetMinutes: Int = 0, seriesNumberOffset: Int = 1,
    presentation: Bool = false, resampledGeometry: Bool = false,
    transferSyntax: TransferSyntax = .explicitLittleEndian, equipment: Equipment = .keepAcquisition,
    keepPrivate: PrivateAttributes = .independent,
    comment: String? = "Processed by Restorad; not for primary diagnosis"
  ) {
    self.recipe = recipe
    self.recipeSHA256 = recipeSHA256
    self.version = version
    self.deviceID = deviceID
    self.steps = steps
    self.moment = moment
    self.utcOffsetMinutes = utcOffsetMinutes
    self.seriesNumberOffset = seriesNumberOffset
    self.presentation = presentation
    self.resampledGeometry = resampledGeometry
    self.transferSyntax = transferSyntax
    self.equipment = equipment
    self.keepPrivate = keepPrivate
    self.comment = comment
  }
}
