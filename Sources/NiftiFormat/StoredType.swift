/// The type in which a NIfTI file stores its voxels: the header's `datatype`.
public enum StoredType: Int, Sendable, Codable, CaseIterable {
  /// One bit a voxel.
  case binary = 1
  /// Unsigned, 8 bits.
  case uint8 = 2
  /// Signed, 16 bits.
  case int16 = 4
  /// Signed, 32 bits.
  case int32 = 8
  /// IEEE 754, 32 bits.
  case float32 = 16
  /// Two `float32`.
  case complex64 = 32
  /// IEEE 754, 64 bits.
  case float64 = 64
  /// Three `uint8`.
  case rgb24 = 128
  /// Signed, 8 bits.
  case int8 = 256
  /// Unsigned, 16 bits.
  case uint16 = 512
  /// Unsigned, 32 bits.
  case uint32 = 768
  /// Signed, 64 bits.
  case int64 = 1024
  /// Unsigned, 64 bits.
  case uint64 = 1280
  /// IEEE 754, 128 bits, or what the writer's machine called `long double`.
  case float128 = 1536
  /// Two `float64`.
  case complex128 = 1792
  /// Two `float128`.
  case complex256 = 2048
  /// Four `uint8`.
  case rgba32 = 2304

  /// The type's name as numpy has it, such as `int16`.
  public var name: String { String(describing: self) }

  /// The size of a voxel: the header's `bitpix`.
  public var bitsPerVoxel: Int {
    switch self {
    case .binary: 1
    case .uint8, .int8: 8
    case .int16, .uint16: 16
    case .rgb24: 24
    case .int32, .uint32, .float32, .rgba32: 32
    case .int64, .uint64, .float64, .complex64: 64
    case .float128, .complex128: 128
    case .complex256: 256
    }
  }

  /// Whether the type holds one whole number a voxel.
  public var isInteger: Bool {
    switch self {
    case .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64: true
    default: false
    }
  }

  /// Whether an integer type has a sign.
  var isSigned: Bool {
    switch self {
    case .int8, .int16, .int32, .int64: true
    default: false
    }
  }

  /// Whether the type holds a colour.
  public var isColor: Bool { self == .rgb24 || self == .rgba32 }

  /// Whether the voxels can be read as `Float`.
  public var isReadable: Bool { isInteger || self == .float32 || self == .float64 }
}
