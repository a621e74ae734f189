import Foundation
import Testing

/// Takes files with encapsulated pixel data apart and puts them together again.
enum FragmentedFile {
  private static let pixelData: [UInt8] = [0xE0, 0x7F, 0x10, 0x00, 0x4F]
  private static let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
  private static let end: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]

  /// The only fragment of a file and what stands before it, its item's header excluded.
  static func split(_ name: String) throws -> (head: [UInt8], frame: [UInt8]) {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: TestFiles.own(name))))
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: pixelData) })
    let table = start + 12
    #expect(bytes[table...].starts(with: item))
    let length = { (at: Int) in (0..<4).reduce(0) { $0 | Int(bytes[at + 4 + $1]) << (8 * $1) } }
    let first = table + 8 + length(table)
    #expect(bytes[first...].starts(with: item))
    return (Array(bytes[..<first]), Array(bytes[(first + 8)...].prefix(length(first))))
  }

  /// A file of the same head with other fragments.
  static func join(_ head: [UInt8], _ fragments: [[UInt8]]) -> Data {
    Data(head + fragments.flatMap { item + little(UInt32($0.count)) + $0 } + end)
  }

  /// A file of the same head with a Basic Offset Table and other fragments.
  static func join(_ head: [UInt8], table: [UInt32], _ fragments: [[UInt8]]) throws -> Data {
    let start = try #require(head.indices.first { head[$0...].starts(with: pixelData) })
    return join(Array(head[..<(start + 12)]), [table.flatMap(little)] + fragments)
  }

  static func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }

  static func big(_ value: UInt32) -> [UInt8] { little(value).reversed() }
}
