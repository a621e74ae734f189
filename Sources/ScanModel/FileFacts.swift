/// How a scan is stored.
public enum ScanFormat: String, Sendable, Codable {
  /// DICOM, one file an instance.
  case dicom = "DICOM"
  /// NIfTI-1 or NIfTI-2.
  case nifti = "NIfTI"
  /// A zip or tar file, whose members are the scans.
  case archive
}

/// What the header of a whole file says; all that the daemon ever learns of a scan.
///
/// Crosses from the worker to the daemon as JSON, and holds only what was asked for.
public struct FileFacts: Sendable, Codable, Equatable {
  /// How the scan is stored.
  public var format: ScanFormat
  /// Voxel counts, x first; for a DICOM file one frame's columns and rows, then frames if several.
  public var shape: [Int]
  /// mm per voxel, x first, as many as are known.
  public var spacing: [Double]
  /// The stored type, such as `uint8`, `int16` or `float32`.
  public var storedType: String
  /// DICOM keywords (or the sidecar's keys) with their values; only those that were asked for.
  public var attributes: [String: [String]]
  /// Why the file is to be kept but never filtered; nil for an image that may be restored.
  public var skipReason: String?
  /// Whether a file that has a skip reason is restored all the same by a recipe that someone names
  /// (a parametric map); nil for all others.
  public var isRestorableOnDemand: Bool?
  /// Why this version cannot restore the file, though it is whole; nil when it can.
  public var unsupportedReason: String?
  /// What only DICOM has.
  public var dicom: DicomFacts?
  /// What only NIfTI has.
  public var nifti: NiftiFacts?
  /// What only an archive has.
  public var archive: ArchiveFacts?

  /// Creates facts.
  public init(
    format: ScanFormat, shape: [Int] = [], spacing: [Double] = [], storedType: String = "",
    attributes: [String: [String]] = [:], skipReason: String? = nil,
    unsupportedReason: String? = nil, dicom: DicomFacts? = nil, nifti: NiftiFacts? = nil,
    archive: ArchiveFacts? = nil
  ) {
    self.format = format
    self.shape = shape
    self.spacing = spacing
    self.storedType = storedType
    self.attributes = attributes
    self.skipReason = skipReason
    self.unsupportedReason = unsupportedReason
    self.dicom = dicom
    self.nifti = nifti
    self.archive = archive
  }
}

extension FileFacts {
  /// Whether its voxels can be read, and written back: it may be restored, or on demand.
  public var isReadable: Bool {
    (skipReason == nil && unsupportedReason == nil) || isRestorableOnDemand == true
  }
}

/// What an archive holds.
public struct ArchiveFacts: Sendable, Codable, Equatable {
  /// Plain files.
  public var files: Int
  /// Their bytes once unpacked.
  public var bytes: Int

  /// Creates facts.
  public init(files: Int, bytes: Int) {
    self.files = files
    self.bytes = bytes
  }
}

/// What a NIfTI header says beyond grid and type.
public struct NiftiFacts: Sendable, Codable, Equatable {
  /// 1 or 2.
  public var version: Int
  /// Names of the files beside the first that belong to the scan (`.img`, sidecar, gradients).
  public var companions: [String]
  /// Whether metal was found; nil when nobody asked or the scan is no CT.
  public var hasMetal: Bool?

  /// Creates facts.
  public init(version: Int, companions: [String] = [], hasMetal: Bool? = nil) {
    self.version = version
    self.companions = companions
    self.hasMetal = hasMetal
  }
}

/// What a DICOM header says beyond grid and type: identity, place and the counts of its series.
public struct DicomFacts: Sendable, Codable, Equatable {
  /// SOP Class UID (0008,0016).
  public var sopClassUID: String
  /// SOP Instance UID (0008,0018).
  public var sopInstanceUID: String
  /// Series Instance UID (0020,000E).
  public var seriesInstanceUID: String
  /// Study Instance UID (0020,000D).
  public var studyInstanceUID: String
  /// Transfer Syntax UID (0002,0010).
  public var transferSyntaxUID: String
  /// Modality (0008,0060), such as `CT`.
  public var modality: String
  /// Instance Number (0020,0013).
  public var instanceNumber: Int?
  /// Image Position (Patient) (0020,0032), mm in LPS; three values.
  public var imagePosition: [Double]?
  /// Image Orientation (Patient) (0020,0037); six values.
  public var imageOrientation: [Double]?
  /// Rows (0028,0010).
  public var rows: Int
  /// Columns (0028,0011).
  public var columns: Int
  /// Number of Frames (0028,0008), 1 when absent.
  public var frames: Int
  /// Attributes that tell volumes of one series apart (echo, b-value, phase, …): keyword to value.
  public var distinguishing: [String: String]
  /// How many instances the header says the series has (Images in Acquisition, Number of Slices).
  public var announcedInstances: Int?
  /// Whether metal was found; nil when nobody asked or the scan is no CT.
  public var hasMetal: Bool?
  /// Whether the header names a value that means padding; nil when it was not looked for.
  public var hasPadding: Bool?
  /// What is said of each frame of a multi-frame object, or of each tile of a mosaic; nil for a
  /// single image.
  public var frameFacts: [FrameFacts]?
  /// Tiles along an edge of a mosaic; nil for anything else.
  public var tilesAcross: Int?

  /// Creates facts.
  public init(
    sopClassUID: String, sopInstanceUID: String, seriesInstanceUID: String,
    studyInstanceUID: String, transferSyntaxUID: String, modality: String,
    instanceNumber: Int? = nil, imagePosition: [Double]? = nil, imageOrientation: [Double]? = nil,
    rows: Int, columns: Int, frames: Int = 1, distinguishing: [String: String] = [:],
    announcedInstances: Int? = nil, hasMetal: Bool? = nil, hasPadding: Bool? = nil
  ) {
    self.sopClassUID = sopClassUID
    self.sopInstanceUID = sopInstanceUID
    self.seriesInstanceUID = seriesInstanceUID
    self.studyInstanceUID = studyInstanceUID
    self.transferSyntaxUID = transferSyntaxUID
    self.modality = modality
    self.instanceNumber = instanceNumber
    self.imagePosition = imagePosition
    self.imageOrientation = imageOrientation
    self.rows = rows
    self.columns = columns
    self.frames = frames
    self.distinguishing = distinguishing
    self.announcedInstances = announcedInstances
    self.hasMetal = hasMetal
    self.hasPadding = hasPadding
  }
}
