import Disk
import Foundation
import Glibc
import InboxWatch
import RestoradTestSupport
import SystemPackage
import Testing

@Suite("Looking through an inbox")
struct InboxListingTests {
  private let scratch: ScratchFolder
  private var root: FilePath { FilePath(scratch.path) }

  init() throws { scratch = try ScratchFolder() }

  private func put(_ name: String) throws {
    let url = URL(fileURLWithPath: scratch.path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data([1]).write(to: url)
  }

  private func listing() throws -> InboxListing {
    try InboxListing(of: root, on: RealFileSystem())
  }

  @Test(
    "What systems and half-done transfers leave is ignored",
    arguments: [
      ".hidden", "a.part", "a.PARTIAL", "a.tmp", "a.filepart", "a.crdownload", "a.dcm~", "~$a.dcm",
      "Thumbs.db", ".DS_Store", "__MACOSX/a.dcm", "lost+found/a.dcm", ".git/a.dcm",
    ])
  func ignored(_ name: String) throws {
    try put(name)
    #expect(try listing().files.isEmpty)
    #expect(try listing().refused.isEmpty)
  }

  @Test(
    "Everything else is found, at any depth",
    arguments: [
      "a", "a.dcm", "x/y/z/IM0001", "DICOMDIR", "part", "a.part.dcm", "tmp/a.nii.gz",
    ])
  func found(_ name: String) throws {
    try put(name)
    #expect(try listing().files.map(\.path) == [FilePath(name)])
    #expect(try listing().folders.first == "")
  }

  @Test("Links and pipes are refused and never opened")
  func refused() throws {
    try put("a.dcm")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/out.dcm", withDestinationPath: "/etc/passwd")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/loop", withDestinationPath: scratch.path)
    #expect(unsafe mkfifo(scratch.path + "/pipe", 0o600) == 0)
    let listing = try listing()
    #expect(listing.files.map(\.path) == ["a.dcm"])
    #expect(listing.refused == ["out.dcm": .link, "loop": .link, "pipe": .special])
  }

  @Test("An inbox that is not there is an error, an empty one is not")
  func absent() throws {
    #expect(try listing().files.isEmpty)
    #expect(throws: FileError.self) {
      try InboxListing(of: root.appending("nowhere"), on: RealFileSystem())
    }
  }

  @Test("A folder that may not be read is refused and the rest is found")
  func unreadable() throws {
    try put("good/a.dcm")
    try put("bad/a.dcm")
    let disk = FaultyFolder(folder: root.appending("bad"))
    let listing = try InboxListing(of: root, on: disk)
    #expect(listing.files.map(\.path) == ["good/a.dcm"])
    #expect(listing.refused == ["bad": .unreadable])
  }

  @Test("The kernel tells of what appears, moves and goes in watched folders")
  func events() throws {
    try put("sub/old")
    let events = try ChangeEvents()
    try events.watch([root, root.appending("sub"), root.appending("vanished")])
    #expect(!events.drain().changed)
    try put("new")
    let news = events.drain()
    #expect(news.changed && !news.overflowed)
    #expect(!events.drain().changed)
    try FileManager.default.moveItem(
      atPath: scratch.path + "/sub/old", toPath: scratch.path + "/sub/moved")
    #expect(events.drain().changed)
    try FileManager.default.removeItem(atPath: scratch.path + "/sub/moved")
    #expect(events.drain().changed)
  }
}

/// The real disk with one folder that may not be read, also by a user who may read everything.
private struct FaultyFolder: FileSystem {
  let folder: FilePath
  private let real = RealFileSystem()

  init(folder: FilePath) { self.folder = folder }

  func entries(of path: FilePath) throws(FileError) -> [FilePath.Component] {
    if path == folder { throw FileError(.permissionDenied, "open folder", path) }
    return try real.entries(of: path)
  }
  func status(of path: FilePath) throws(FileError) -> FileStatus? { try real.status(of: path) }
  func makeFolder(_ path: FilePath) throws(FileError) { try real.makeFolder(path) }
  func move(_ source: FilePath, to destination: FilePath) throws(FileError) {
    try real.move(source, to: destination)
  }
  func copy(_ source: FilePath, to destination: FilePath) throws(FileError) -> FileDigest {
    try real.copy(source, to: destination)
  }
  func digest(of path: FilePath) throws(FileError) -> FileDigest { try real.digest(of: path) }
  func contents(of path: FilePath) throws(FileError) -> [UInt8] { try real.contents(of: path) }
  func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
    try real.write(bytes, to: path)
  }
  func sync(file path: FilePath) throws(FileError) { try real.sync(file: path) }
  func sync(folder path: FilePath) throws(FileError) { try real.sync(folder: path) }
  func remove(_ path: FilePath) throws(FileError) { try real.remove(path) }
  func freeSpace(at path: FilePath) throws(FileError) -> Int { try real.freeSpace(at: path) }
  func kind(at path: FilePath) throws(FileError) -> FileSystemKind { try real.kind(at: path) }
}
