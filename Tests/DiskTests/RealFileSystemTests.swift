import Disk
import Foundation
import RestoradTestSupport
import SystemPackage
import Testing

@Suite("The real disk")
struct RealFileSystemTests {
  private let scratch: ScratchFolder
  private let disk = RealFileSystem()
  private var root: FilePath { FilePath(scratch.path) }

  init() throws { scratch = try ScratchFolder() }

  private func put(_ text: String, _ name: String) throws -> FilePath {
    let path = root.pushing(FilePath(name))
    try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
    return path
  }

  private func text(_ path: FilePath) throws -> String {
    String(decoding: try disk.contents(of: path), as: UTF8.self)
  }

  @Test("A move never goes over something that stands there")
  func moveOver() throws {
    let a = try put("a", "a")
    let b = try put("b", "b")
    let error = #expect(throws: FileError.self) { try disk.move(a, to: b) }
    #expect(error?.code == .fileExists)
    #expect(try text(a) == "a")
    #expect(try text(b) == "b")
    try disk.makeFolder(root.appending("empty"))
    #expect(throws: FileError.self) { try disk.move(a, to: root.appending("empty")) }
    try disk.move(a, to: root.appending("c"))
    #expect(try text(root.appending("c")) == "a")
    #expect(try !disk.exists(a))
  }

  @Test("Folders are made with all above them; a file in the way is an error")
  func makeFolder() throws {
    try disk.makeFolder(root.pushing("x/y/z"))
    try disk.makeFolder(root.pushing("x/y/z"))
    #expect(try disk.status(of: root.pushing("x/y/z"))?.kind == .folder)
    _ = try put("a", "wall")
    #expect(throws: FileError.self) { try disk.makeFolder(root.pushing("wall")) }
    #expect(throws: FileError.self) { try disk.makeFolder(root.pushing("wall/in")) }
  }

  @Test("A copy says what was written, follows no link, and takes only a free name")
  func copy() throws {
    let a = try put("abc", "a")
    let b = root.appending("b")
    let digest = try disk.copy(a, to: b)
    #expect(digest.bytes == 3)
    #expect(
      digest.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try disk.digest(of: b) == digest)
    #expect(throws: FileError.self) { try disk.copy(a, to: b) }
    let link = root.appending("link")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: a.string)
    #expect(throws: FileError.self) { try disk.copy(link, to: root.appending("c")) }
    #expect(try !disk.exists(root.appending("c")))
    #expect(try disk.status(of: link)?.kind == .link)
  }

  @Test("A file is written whole over an older one, and nothing is left beside it")
  func write() throws {
    let path = root.appending("note")
    try disk.write(Array("first".utf8), to: path)
    try disk.write(Array("second".utf8), to: path)
    #expect(try text(path) == "second")
    #expect(try disk.entries(of: root).map(\.string) == ["note"])
    #expect(throws: FileError.self) { try disk.write([1], to: root.pushing("nowhere/note")) }
  }

  @Test("What is not there has no status, and removing it is no error")
  func absent() throws {
    #expect(try disk.status(of: root.appending("x")) == nil)
    try disk.remove(root.appending("x"))
    try disk.removeTree(root.appending("x"))
    let a = try put("a", "a")
    #expect(try disk.status(of: a.appending("below a file")) == nil)
  }

  @Test("A tree is listed, synced and removed, links not followed")
  func trees() throws {
    try disk.makeFolder(root.pushing("t/sub"))
    _ = try put("1", "t/one")
    _ = try put("2", "t/sub/two")
    let outside = try put("safe", "outside")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/t/link", withDestinationPath: outside.string)
    #expect(try disk.files(below: root.appending("t")).map(\.string) == ["one", "sub/two"])
    try disk.syncTree(root.appending("t"))
    try disk.removeTree(root.appending("t"))
    #expect(try !disk.exists(root.appending("t")))
    #expect(try text(outside) == "safe")
  }

  @Test(
    "Names of any bytes are listed and found again",
    arguments: [
      [0xE4, 0x2E, 0x64, 0x63, 0x6D], [0x25, 0x41], [0x0A], [0xC3, 0xA4], [0xFF, 0xFE, 0x20],
    ])
  func strangeNames(_ bytes: [UInt8]) throws {
    let name = FilePath(encoded: bytes.map { "%" + String(format: "%02X", $0) }.joined())
    let path = root.pushing(name)
    try disk.write([1, 2, 3], to: path)
    let listed = try #require(try disk.entries(of: root).first)
    let found = root.appending(listed)
    #expect(found == path)
    #expect(try disk.contents(of: found) == [1, 2, 3])
    #expect(FilePath(encoded: found.encoded) == found)
    #expect(found.encoded.utf8.allSatisfy { $0 >= 0x20 })
  }

  @Test("Encoded names round trip, and half an escape is only text")
  func encoding() {
    for text in ["a/b.dcm", "100%", "ü ñ/日本", "tab\there", "%2F"] {
      #expect(FilePath(encoded: FilePath(text).encoded) == FilePath(text))
    }
    for text in ["%", "%4", "%+5", "%zz", "a%"] {
      #expect(FilePath(encoded: text).string == text)
    }
  }

  @Test("Surroundings and scans are told apart by the code of an error")
  func environment() {
    for code in [Errno.noSpace, .ioError, .readOnlyFileSystem, .staleNFSFileHandle] {
      #expect(FileError(code, "write", "/x").isEnvironment)
    }
    #expect(!FileError(.fileExists, "rename", "/x").isEnvironment)
    #expect(!FileError(.noSpace, "write", "/Zwetschge").description.contains("Zwetschge"))
  }
}
