import ArchiveFormat
import Foundation
import RestoradTestSupport
import Testing

/// What is unpacked, and what never is.
@Suite("Archives")
struct ArchiveTests {
  typealias Member = SampleArchive.Member

  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = folder.path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func unpack(
    _ bytes: [UInt8], _ name: String, _ limits: ArchiveLimits = ArchiveLimits()
  ) throws -> [String: [UInt8]] {
    let path = try write(bytes, name)
    let output = folder.path + "/out-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let census = try Archive.unpack(path, into: output, limits: limits)
    #expect(try Archive.census(of: path, limits: limits) == census)
    var files: [String: [UInt8]] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: output) ?? .init() {
      let url = URL(fileURLWithPath: output).appendingPathComponent(name)
      guard let data = try? Data(contentsOf: url) else { continue }
      files[name] = Array(data)
    }
    #expect(census.files == files.count)
    #expect(census.bytes == files.values.reduce(0) { $0 + $1.count })
    return files
  }

  private func code(_ bytes: [UInt8], _ name: String, _ limits: ArchiveLimits = ArchiveLimits())
    throws -> ArchiveError.Code?
  {
    let path = try write(bytes, name)
    do throws(ArchiveError) {
      _ = try Archive.census(of: path, limits: limits)
      return nil
    } catch {
      #expect(!error.reason.isEmpty)
      return error.code
    }
  }

  static let members = [
    Member("./", type: "5"), Member("a", type: "5"), Member("a/1.dcm", [1, 2, 3]),
    Member("./b/c/späť.nii", [UInt8](repeating: 7, count: 700)), Member("empty", []),
  ]
  static let content: [String: [UInt8]] = [
    "a/1.dcm": [1, 2, 3], "b/c/späť.nii": [UInt8](repeating: 7, count: 700), "empty": [],
  ]

  @Test("Every kind gives its files, with their folders and their bytes")
  func kinds() throws {
    let tar = SampleArchive.tar(Self.members)
    #expect(try unpack(tar, "x.tar") == Self.content)
    #expect(try unpack(SampleArchive.gzip(tar), "x.tar.gz") == Self.content)
    #expect(try unpack(SampleArchive.gzip(tar), "x.TGZ") == Self.content)
    let files = Self.members.filter { $0.type == "0" }
    #expect(try unpack(SampleArchive.zip(files), "x.zip") == Self.content)
  }

  @Test("Some files are taken out of it, and no others; what it lacks it lacks")
  func wanted() throws {
    let files = Self.members.filter { $0.type == "0" }
    let wanted = ["b/c/späť.nii", "empty", "a", "none"]
    for (name, bytes) in [
      "x.tar": SampleArchive.tar(Self.members), "x.zip": SampleArchive.zip(files),
    ] {
      let output = folder.path + "/wanted-\(name)"
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      let census = try Archive.unpack(
        write(bytes, name), into: output, wanted: Set(wanted.map { Array($0.utf8) }))
      #expect(census.bytes == 700)
      #expect(
        try FileManager.default.subpathsOfDirectory(atPath: output).sorted()
          == ["b", "b/c", "b/c/späť.nii", "empty"])
    }
  }

  static let evil: [Member] = [
    Member("/etc/x", [1]), Member("../x", [1]), Member("a/../../x", [1]), Member("a/..", [1]),
    Member("l", type: "2", target: "/etc/passwd"), Member("h", type: "1", target: "a"),
    Member("fifo", type: "6"), Member("device", type: "3"), Member("block", type: "4"),
    Member(String(repeating: "d/", count: 49) + "x", [1]),
  ]

  @Test("What leads out of the folder, points elsewhere or is no file is refused", arguments: evil)
  func evilMembers(_ member: Member) throws {
    var limits = ArchiveLimits()
    limits.depth = 40
    let all = [Member("good", [1]), member, Member("more", [2])]
    #expect(try code(SampleArchive.tar(all), "x.tar", limits) == .refused)
    guard member.type == "0" else { return }
    #expect(try code(SampleArchive.zip(all), "x.zip", limits) == .refused)
  }

  @Test("Two members of one name are refused, also a file where a folder stands")
  func names() throws {
    for twins in [["a", "a"], ["a", "a/b"], ["a/b", "a"]] {
      let members = twins.map { Member($0, [1]) }
      #expect(throws: ArchiveError.self) { try unpack(SampleArchive.tar(members), "x.tar") }
      #expect(throws: ArchiveError.self) { try unpack(SampleArchive.zip(members), "x.zip") }
    }
  }

  @Test("Bytes that are no text are a name like any other")
  func bytes() throws {
    var member = Member("", [1])
    member.name = [0x41, 0xFF, 0x42]
    let path = try write(SampleArchive.tar([member]), "x.tar")
    let output = folder.path + "/bytes"
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    #expect(try Archive.unpack(path, into: output).files == 1)
  }

  @Test("Files with holes are refused: what is read of them would be shorter")
  func sparse() throws {
    var member = Member("holes", type: "S")
    member.bytes = []
    var tar = SampleArchive.tar([member])
    // GNU's old form: the real size stands at 483; no piece of data is named.
    tar.replaceSubrange(483..<494, with: Array("00000010000".utf8))
    tar.replaceSubrange(257..<265, with: Array("ustar  \0".utf8))
    tar.replaceSubrange(148..<156, with: Array("        ".utf8))
    let sum = String(tar[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
    let digits = String(repeating: "0", count: 6 - sum.count) + sum
    tar.replaceSubrange(148..<156, with: Array((digits + "\0 ").utf8))
    #expect([.damaged, .refused].contains(try code(tar, "x.tar")))
  }

  @Test("Encrypted members are named as such")
  func encrypted() throws {
    var member = Member("a.dcm", [1, 2, 3])
    member.isEncrypted = true
    let path = try write(SampleArchive.zip([member]), "x.zip")
    do throws(ArchiveError) {
      _ = try Archive.census(of: path)
      Issue.record("it was read")
    } catch {
      #expect(error.code == .refused && error.reason.contains("encrypted"))
    }
  }

  @Test("A checksum that does not hold is damage")
  func damaged() throws {
    var member = Member("a.dcm", [1, 2, 3])
    member.wrongness = 1
    #expect(try code(SampleArchive.zip([member]), "x.zip") == .damaged)
  }

  @Test("Cut anywhere, no archive looks whole")
  func cut() throws {
    let members = [Member("a", [1, 2, 3]), Member("b/c", [UInt8](repeating: 9, count: 600))]
    let archives = [
      ("x.tar", SampleArchive.tar(members)), ("x.zip", SampleArchive.zip(members)),
      ("x.tgz", SampleArchive.gzip(SampleArchive.tar(members))),
    ]
    for (name, whole) in archives {
      #expect(try code(whole, name) == nil)
      for end in 0..<whole.count {
        // The last twelve bytes of gzip are its sums and its end, which others look at.
        if name == "x.tgz" && end >= whole.count - 1036 { continue }
        let verdict = try code(Array(whole[..<end]), name)
        #expect([.truncated, .damaged, .malformed].contains(verdict), "\(name) cut at \(end)")
      }
    }
  }

  @Test("A tar in room that was reserved for more is not yet whole")
  func reserved() throws {
    let tar = SampleArchive.tar([Member("a", [1, 2, 3])])
    let room = [UInt8](repeating: 0, count: 2 << 20)
    #expect(try code(tar + room, "x.tar") == .truncated)
    #expect(try code([UInt8](repeating: 0, count: 10_240), "x.tar") == .truncated)
    #expect(try code(tar + room.prefix(8192), "x.tar") == nil)
  }

  @Test("Limits of number, size and ratio hold")
  func limits() throws {
    let many = (0..<20).map { Member("\($0)", [UInt8](repeating: 1, count: 100)) }
    var limits = ArchiveLimits()
    limits.members = 19
    #expect(try code(SampleArchive.tar(many), "x.tar", limits) == .refused)
    limits = ArchiveLimits()
    limits.bytes = 1999
    #expect(try code(SampleArchive.zip(many), "x.zip", limits) == .refused)
    limits = ArchiveLimits()
    limits.suspicious = 100
    limits.ratio = 0
    #expect(try code(SampleArchive.tar(many), "x.tar", limits) == .refused)
    #expect(try code(SampleArchive.tar(many), "x.tar") == nil)
  }

  @Test("Other content under such a name is no archive")
  func foreign() throws {
    let text = [UInt8]("Dear colleague, this is no archive at all.".utf8)
    #expect(try code(text, "x.zip") == .malformed)
    #expect(try code(text, "x.tgz") == .malformed)
    #expect(try code(text, "x.tar") == .truncated)
    #expect(try code([], "x.zip") == .truncated)
    #expect(ArchiveKind(name: "a.nii.gz") == nil && ArchiveKind(name: "a.docx") == nil)
  }
}
