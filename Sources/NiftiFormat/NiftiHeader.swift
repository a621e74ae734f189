/// Every field of a NIfTI header, under the standard's own names.
///
/// Fields that only one version has are kept for that version, so that no byte of a header is
/// lost between reading and writing. Reals of NIfTI-1 (32 bits) are held exactly.
///
/// - SeeAlso: `nifti1.h` and `nifti2.h` of the NIfTI Data Format Working Group.
public struct NiftiHeader: Sendable, Equatable {
  /// Which layout the header has.
  public var version: NiftiVersion
  /// Whether the file stores its numbers with the most significant byte first.
  public var isBigEndian = false

  /// `dim`: the number of axes, then the counts along seven axes.
  public var dim = [3, 1, 1, 1, 1, 1, 1, 1]
  /// `datatype`: a raw value of ``StoredType``.
  public var datatype = StoredType.float32.rawValue
  /// `bitpix`: bits per voxel.
  public var bitpix = 32
  /// `pixdim`: the handedness of the qform (-1 or 1), then the steps along seven axes.
  public var pixdim: [Double] = [1, 1, 1, 1, 1, 1, 1, 1]
  /// `vox_offset`: where the voxels begin in their file.
  public var voxOffset = 0.0
  /// `scl_slope`: zero or not finite means none.
  public var sclSlope = 0.0
  /// `scl_inter`.
  public var sclInter = 0.0
  /// `cal_max`: shown as white.
  public var calMax = 0.0
  /// `cal_min`: shown as black.
  public var calMin = 0.0
  /// `xyzt_units`: the units of space and time, in one number.
  public var xyztUnits = 0

  /// `qform_code`: what the quaternion's space is; 0 when there is none.
  public var qformCode = 0
  /// `sform_code`: what the affine's space is; 0 when there is none.
  public var sformCode = 0
  /// `quatern_b`, `quatern_c` and `quatern_d`.
  public var quatern: [Double] = [0, 0, 0]
  /// `qoffset_x`, `qoffset_y` and `qoffset_z`.
  public var qoffset: [Double] = [0, 0, 0]
  /// `srow_x`, `srow_y` and `srow_z`: three rows of four, RAS.
  public var srow = [Double](repeating: 0, count: 12)

  /// `intent_code`: what the values mean.
  public var intentCode = 0
  /// `intent_p1`, `intent_p2` and `intent_p3`.
  public var intentParameters: [Double] = [0, 0, 0]
  /// `intent_name`: 16 bytes.
  public var intentName = [UInt8](repeating: 0, count: 16)
  /// `descrip`: 80 bytes.
  public var descrip = [UInt8](repeating: 0, count: 80)
  /// `aux_file`: 24 bytes.
  public var auxFile = [UInt8](repeating: 0, count: 24)

  /// `dim_info`: which axes are frequency, phase and slice.
  public var dimInfo = 0
  /// `slice_start`: the first slice that was timed.
  public var sliceStart = 0
  /// `slice_end`: the last slice that was timed.
  public var sliceEnd = 0
  /// `slice_code`: in which order slices were taken.
  public var sliceCode = 0
  /// `slice_duration`: the time for one slice.
  public var sliceDuration = 0.0
  /// `toffset`: where the time axis begins.
  public var toffset = 0.0

  /// `data_type` of NIfTI-1: 10 bytes, unused.
  public var dataType = [UInt8](repeating: 0, count: 10)
  /// `db_name` of NIfTI-1: 18 bytes, unused.
  public var dbName = [UInt8](repeating: 0, count: 18)
  /// `extents` of NIfTI-1, unused.
  public var extents = 0
  /// `session_error` of NIfTI-1, unused.
  public var sessionError = 0
  /// `regular` of NIfTI-1, unused.
  public var regular = 0
  /// `glmax` of NIfTI-1, unused.
  public var glmax = 0
  /// `glmin` of NIfTI-1, unused.
  public var glmin = 0
  /// `unused_str` of NIfTI-2: 15 bytes.
  public var unusedStr = [UInt8](repeating: 0, count: 15)
  /// `magic`: four bytes in NIfTI-1, eight in NIfTI-2.
  public var magic: [UInt8]

  /// Creates the header of one float voxel in a single file.
  public init(version: NiftiVersion) {
    self.version = version
    magic = Self.singleFileMagic(version)
  }

  /// The `magic` of a header that shares its file with the voxels.
  static func singleFileMagic(_ version: NiftiVersion) -> [UInt8] {
    switch version {
    case .one: Array("n+1\0".utf8)
    case .two: Array("n+2\0\r\n\u{1A}\n".utf8)
    }
  }
}
