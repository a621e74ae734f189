/// What a file system can be trusted with.
public enum FileSystemKind: Sendable, Equatable {
  /// Changes are told to the one who watches.
  case local
  /// Others write to it too (NFS, SMB, FUSE, …): it must be polled. The name is for the log.
  case network(String)
}

extension FileSystemKind {
  /// The kind that statfs(2) tells by a number.
  ///
  /// - SeeAlso: linux/magic.h; for those outside the kernel's tree the list of GNU coreutils'
  ///   `stat`.
  package init(magic: UInt32) {
    self = Self.shared[magic].map(FileSystemKind.network) ?? .local
  }

  private static let shared: [UInt32: String] = [
    0x6969: "NFS",
    0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x517B: "SMB",
    0x6573_5546: "FUSE",
    0x00C3_6400: "Ceph",
    0x4750_4653: "GPFS",
    0x0BD0_0BD0: "Lustre",
    0x0102_1997: "9P",
    0x5346_414F: "AFS", 0x6B41_4653: "AFS",
    0x2003_0528: "OrangeFS",
    0x1983_0326: "BeeGFS",
    0xAAD7_AAEA: "PanFS",
    0x7375_7245: "Coda",
    0x0116_1970: "GFS2",
    0x7461_636F: "OCFS2",
    0x7863_6673: "StorNext",
    0xBACB_ACBC: "a folder of the host",
    0x786F_4256: "a folder of the host",
    0x0187: "an automounter",
  ]

  /// Whether unwritten parts of a file say nothing: ZFS keeps blocks of zeros as such too.
  static func hidesZeros(magic: UInt32) -> Bool { magic == 0x2FC1_2FC1 }
}
