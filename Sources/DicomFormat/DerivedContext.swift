import ScanModel
import VolumeModel

/// All that the attributes of one result depend on besides its source's data set.
struct DerivedContext: Sendable {
  var derivation: Derivation
  var identity: DerivedIdentity
  var imageClass: DerivedImageClass
  /// What the source's header says.
  var facts: DicomFacts
  /// Which of the results this is.
  var plane: DerivedPlane
  /// The instances whose voxels may have had a say in those of the result.
  var sources: ArraySlice<DerivedIdentity.Reference>
  /// How the source stores its values.
  var sourcePixels: StoredPixels
  /// How the result does.
  var target: StoredPixels
  /// The stored values of the result.
  var values: DerivedPlaneValues
  /// How windows follow the values; nil keeps them.
  var window: DerivedWindow?
  /// The new grid; nil keeps the source's.
  var geometry: DerivedGeometry?
  /// Whether every voxel lies where it lay.
  var locationsPreserved: Bool
  /// Now.
  var moment: DerivedMoment
  /// The source's character set.
  var characters: DerivedText
  /// Bytes of the source's compressed pixel data; 0 if they were not compressed.
  var encapsulatedLength: Int

  /// The source's colours; nil for a grey image.
  var colours: ColourPixels?

  /// What becomes of the functional groups; nil for an object without them.
  var groups: DerivedFrameGroups?

  /// Whether some of the frames are carried over as they are.
  var isMixed = false

  /// Whether the source's values were taken as Hounsfield units.
  var isHounsfield = false

  /// Whether the image is in colour.
  var isColour: Bool { colours != nil }
  /// Whether a CT's values are no longer Hounsfield units.
  var leavesHounsfield: Bool { derivation.presentation && facts.modality == "CT" }
  /// Whether stored values mean what they meant.
  var keepsScale: Bool { target.rescale == sourcePixels.rescale && !derivation.presentation }
}

/// What a rule does to its attribute in one instance.
enum DerivedEdit: Sendable {
  /// Nothing.
  case keep
  /// Takes it out.
  case remove
  /// Replaces it; the VR is the dictionary's unless named.
  case put([UInt8], vr: String? = nil)
  /// The rule has changed a sequence itself.
  case edited

  /// Replaces it by ASCII text.
  static func put(_ text: String, vr: String? = nil) -> DerivedEdit {
    .put(Array(text.utf8), vr: vr)
  }
}
