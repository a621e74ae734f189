import Disk
import Foundation
import Glibc
import RestoradTestSupport
import SystemPackage
import Testing

@Suite("What the disk knows of files")
struct FileUseTests {
  private let scratch: ScratchFolder
  private let disk = RealFileSystem()
  private var root: FilePath { FilePath(scratch.path) }

  init() throws { scratch = try ScratchFolder() }

  private func put(_ name: String, _ bytes: Int = 100_000) throws -> FilePath {
    let path = root.appending(name)
    try Data(repeating: 1, count: bytes).write(to: URL(fileURLWithPath: path.string))
    return path
  }

  /// Whether leases are to be had here: not on every file system of a container.
  private func hasLeases(_ path: FilePath) throws -> Bool {
    try disk.use(of: path)?.writers != .unknown
  }

  @Test("A file that is open for writing is told from one that is only read")
  func writers() throws {
    let path = try put("a")
    guard try hasLeases(path) else { return }
    let reader = try FileDescriptor.open(path, .readOnly)
    #expect(try disk.use(of: path) == FileUse(writers: .none))
    let writer = try FileDescriptor.open(path, .readWrite)
    #expect(try disk.use(of: path)?.writers == .some)
    try disk.move(path, to: root.appending("b"))
    #expect(try disk.use(of: root.appending("b"))?.writers == .some)
    try writer.close()
    #expect(try disk.use(of: root.appending("b"))?.writers == FileUse.Writers.none)
    try reader.close()
  }

  @Test("Room that was only made, and other names of a file, are seen")
  func holesAndNames() throws {
    let path = try put("a")
    #expect(try disk.use(of: path)?.hasHoles == false)
    #expect(unsafe truncate(path.string, 1 << 20) == 0)
    #expect(try disk.use(of: path)?.hasHoles == true)
    #expect(try disk.use(of: path)?.names == 1)
    #expect(unsafe link(path.string, root.appending("b").string) == 0)
    #expect(try disk.use(of: path)?.names == 2)
  }

  @Test("What is no plain file is not opened, and never waited for")
  func others() throws {
    #expect(unsafe mkfifo(root.appending("pipe").string, 0o600) == 0)
    #expect(unsafe symlink("/etc/hostname", root.appending("link").string) == 0)
    for name in ["pipe", "link", "nowhere"] {
      #expect(try disk.use(of: root.appending(name)) == nil)
    }
    #expect(try disk.use(of: root) == nil)
  }

  @Test("Times of any year are told apart", arguments: [-2_000_000_000, 0, 9_300_000_000])
  func farTimes(_ seconds: Int) throws {
    let path = try put("a")
    var times = [timespec(tv_sec: seconds, tv_nsec: 1), timespec(tv_sec: seconds, tv_nsec: 2)]
    #expect(unsafe utimensat(AT_FDCWD, path.string, &times, 0) == 0)
    let before = try disk.status(of: path)
    times[1].tv_sec += 1
    #expect(unsafe utimensat(AT_FDCWD, path.string, &times, 0) == 0)
    #expect(try disk.status(of: path)?.modified != before?.modified)
  }

  @Test(
    "Shares are known by the kernel's numbers",
    arguments: [
      (0x6969, "NFS"), (0xFE53_4D42, "SMB"), (0xFF53_4D42, "SMB"), (0x6573_5546, "FUSE"),
      (0x0102_1997, "9P"), (0x00C3_6400, "Ceph"), (0x0BD0_0BD0, "Lustre"),
    ])
  func shares(_ magic: UInt32, _ name: String) {
    #expect(FileSystemKind(magic: magic) == .network(name))
  }

  @Test(
    "Local disks are known too",
    arguments: [
      0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1,
    ] as [UInt32])
  func locals(_ magic: UInt32) {
    #expect(FileSystemKind(magic: magic) == .local)
  }
}
