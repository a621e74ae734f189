public import ScanModel
public import VolumeModel

/// How one instance stores its values: all that is needed to write restored ones back.
public struct StoredPixels: Sendable, Equatable {
  /// Bits Allocated (0028,0100).
  public var bitsAllocated: Int
  /// Bits Stored (0028,0101).
  public var bitsStored: Int
  /// High Bit (0028,0102).
  public var highBit: Int
  /// Pixel Representation (0028,0103) is 1.
  public var isSigned: Bool
  /// From stored to modality values; identity where the instance has no rescale.
  public var rescale: Rescale
  /// Whether Rescale Slope and Intercept stand in the instance.
  public var hasRescale: Bool
  /// The stored values that mean "no image here": Pixel Padding Value and its range limit.
  public var padding: ClosedRange<Int>?
  /// Photometric Interpretation (0028,0004).
  public var photometricInterpretation: String
  /// Whether the stored values went through a Modality LUT Sequence: then they are its output, not
  /// what the pixel data hold.
  public var isMapped: Bool
  /// Whether the instance holds Float or Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25): real
  /// numbers of `bitsAllocated` bits, signed, all of whose bits are stored.
  public var isReal: Bool
  /// The real numbers that mean "no image here": (Double) Float Pixel Padding Value and its limit.
  public var realPadding: ClosedRange<Double>?

  /// Creates a description.
  public init(
    bitsAllocated: Int, bitsStored: Int, highBit: Int, isSigned: Bool, rescale: Rescale,
    hasRescale: Bool, padding: ClosedRange<Int>?, photometricInterpretation: String,
    isMapped: Bool = false, isReal: Bool = false, realPadding: ClosedRange<Double>? = nil
  ) {
    self.isMapped = isMapped
    self.isReal = isReal
    self.realPadding = realPadding
    self.bitsAllocated = bitsAllocated
    self.bitsStored = bitsStored
    self.highBit = highBit
    self.isSigned = isSigned
    self.rescale = rescale
    self.hasRescale = hasRescale
    self.padding = padding
    self.photometricInterpretation = photometricInterpretation
  }
}

/// One source instance, or one frame of it, as a slice of a volume.
public struct DicomSlice: Sendable {
  /// The file it was read from.
  public var path: String
  /// Which frame of a multi-frame object, or tile of a mosaic, it is, from 0.
  public var frame = 0
  /// What its header says.
  public var facts: DicomFacts
  /// How it stores its values.
  public var pixels: StoredPixels
  /// The stored values of the slice before any change, row by row: what padding and unchanged
  /// voxels are written back from, bit by bit.
  ///
  /// Of a picture in colour, its luminance. Of numbers of 32 bits without a sign, the bits; of real
  /// numbers the bits, or the lower half of 64.
  public var storedValues: [Int32] {
    get { packed.values }
    set { packed = PackedValues(newValue) }
  }
  /// How many stored values there are.
  var storedCount: Int { packed.count }
  /// The upper halves of real numbers of 64 bits; empty for all others.
  package var upperHalves: [Int32] { packed.upperHalves }
  private var packed: PackedValues
  /// What a picture in colour looks like; nil for a grey one.
  public var colours: ColourPixels?

  /// Creates a slice.
  public init(
    path: String, facts: DicomFacts, pixels: StoredPixels, storedValues: [Int32],
    colours: ColourPixels? = nil
  ) {
    self.init(
      path: path, facts: facts, pixels: pixels, packed: PackedValues(storedValues),
      colours: colours)
  }

  /// Creates a slice of values that are packed already.
  init(
    path: String, facts: DicomFacts, frame: Int = 0, pixels: StoredPixels, packed: PackedValues,
    colours: ColourPixels?
  ) {
    self.frame = frame
    self.colours = colours
    self.path = path
    self.facts = facts
    self.pixels = pixels
    self.packed = packed
  }
}

/// Slices of one series that make a volume: the same grid and orientation, sorted along the normal.
public struct DicomStack: Sendable {
  /// The sources, in the order of the volume's planes.
  public var slices: [DicomSlice]
  /// Modality values (after rescale), `slices.count` planes.
  public var volume: Volume
  /// Where the voxels lie; nil when the instances do not say (most CR, US, …).
  public var voxelToPatient: Affine3?
  /// Padding voxels; nil when there are none.
  public var excluded: Mask?
  /// What the modality values measure.
  public var unit: IntensityUnit
  /// What a reader should know: gaps, uneven spacing, tilt.
  public var warnings: [String]
  /// Whether a voxel's neighbours in the next slices lie straight above and below it, all equally
  /// far: not so where the gantry was tilted, or where distances vary.
  public var hasStraightSlices = true
  /// Where the scanner turned, as indices of column and row of each slice, fractions allowed; empty
  /// where the instances do not say (Data Collection Center (Patient), CT).
  public var scanCenters: [SIMD2<Double>] = []

  /// Creates a stack.
  public init(
    slices: [DicomSlice], volume: Volume, voxelToPatient: Affine3?, excluded: Mask?,
    unit: IntensityUnit, warnings: [String] = []
  ) {
    self.slices = slices
    self.volume = volume
    self.voxelToPatient = voxelToPatient
    self.excluded = excluded
    self.unit = unit
    self.warnings = warnings
  }
}

/// A series as the volumes that it holds: one, or several when echoes, phases or planes differ.
public struct DicomSeries: Sendable {
  /// The volumes, each from its own instances.
  public var stacks: [DicomStack]
  /// Frames of multi-frame objects that are carried over as they are, one a stack: phase maps among
  /// magnitudes, tiles of a mosaic without a slice.
  public var carried: [DicomStack] = []

  /// Creates a series.
  public init(stacks: [DicomStack]) { self.stacks = stacks }

  /// Whether its results are multi-frame objects or mosaics too, written as a whole by
  /// `DerivedSeriesWriter.writeFrames`.
  public var hasFrames: Bool {
    stacks.contains { $0.slices.contains { $0.facts.frameFacts != nil } }
  }
}
