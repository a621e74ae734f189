import DicomFormat
import Foundation
import Testing

@Suite("Texts, numbers and moments of derived instances")
struct DerivedTextTests {
  @Test("A cut falls between characters of UTF-8, and counts characters, not bytes")
  func utf8() {
    let text = DerivedText(characterSets: ["ISO_IR 192"])
    #expect(text.prefix(Array("Größe 頭部".utf8), characters: 7) == Array("Größe 頭".utf8))
    #expect(text.count(Array("Größe 頭部".utf8)) == 8)
  }

  @Test("A cut in a two-byte set of ISO 2022 goes back to ASCII")
  func iso2022() {
    let text = DerivedText(characterSets: ["", "ISO 2022 IR 87"])
    let source: [UInt8] = [0x41, 0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42, 0x42]
    #expect(
      text.prefix(source, characters: 2) == [
        0x41, 0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42,
      ])
    #expect(text.count(source) == 4)
    #expect(text.prefix(source, characters: 9) == source)
  }

  @Test("A cut falls between characters of Korean and of GB 18030")
  func wide() {
    let korean = DerivedText(characterSets: ["", "ISO 2022 IR 149"])
    let source: [UInt8] = [0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8, 0xc8, 0xf1]
    #expect(korean.prefix(source, characters: 1) == Array(source[..<6]))
    let chinese = DerivedText(characterSets: ["GB18030"])
    #expect(
      chinese.prefix([0x41, 0xcd, 0xf5, 0x81, 0x30, 0x81, 0x30, 0x42], characters: 3)
        == [0x41, 0xcd, 0xf5, 0x81, 0x30, 0x81, 0x30])
  }

  @Test("A cut never leaves the text, however it ends", arguments: 0..<9)
  func truncated(length: Int) {
    let bytes: [UInt8] = [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x24, 0x29, 0x43]
    for sets in [["", "ISO 2022 IR 87"], ["ISO_IR 192"], ["GB18030"], []] {
      let text = DerivedText(characterSets: sets)
      for limit in 0..<12 { _ = text.prefix(Array(bytes[..<length]), characters: limit) }
      _ = text.count([0xf0])
      #expect(text.prefix([0xf0], characters: 4) == [0xf0])
    }
  }

  @Test("A long Series Description gives way to the steps")
  func description() throws {
    var file = DerivedAttributeTests.mr
    file.elements[0x0008_0005] = ("CS", .text("ISO_IR 192"))
    file.elements[0x0008_103e] = ("LO", .text(String(repeating: "頭", count: 64)))
    try DerivedAttributeTests.derive(file) { _, root in
      let text = String(decoding: root.bytes(DerivedTag(0x0008_103e)) ?? [], as: UTF8.self)
      #expect(text == String(repeating: "頭", count: 55) + " [n4+nlm]")
      #expect(text.count == 64)
    }
  }

  @Test(
    "A number is written in at most 16 characters, nearly exact, and can be rounded up",
    arguments: [
      0.1, -1024.0, 0.3333333333333333, -0.3333333333333333, 3.3333333333333334e-21,
      123_456_789_012_345_680.0, 2.857142857142857e299,
    ] as [Double])
  func decimal(number: Double) {
    let text = DerivedDecimal.text(number)
    #expect(text.utf8.count <= 16)
    #expect(abs((Double(text) ?? 0) - number) <= abs(number) * 1e-9)
    #expect(DerivedDecimal.roundedUp(abs(number)) >= abs(number))
  }

  @Test("A short number is written as people do")
  func shortDecimal() {
    #expect([0.1, -1024, 0, 9.12329].map(DerivedDecimal.text) == ["0.1", "-1024", "0", "9.12329"])
  }

  @Test("A moment is written in the source's zone, else in ours")
  func moment() {
    let leapDay = Date(timeIntervalSince1970: 1_709_164_799.9)  // 2024-02-28 23:59:59.9 UTC
    let utc = DerivedMoment(leapDay, sourceOffset: nil, utcOffsetMinutes: 0)
    #expect(utc.date == "20240228" && utc.time == "235959")
    let east = DerivedMoment(leapDay, sourceOffset: "+0530", utcOffsetMinutes: -60)
    #expect(east.dateTime == "20240229052959+0530")
    let west = DerivedMoment(leapDay, sourceOffset: "garbage", utcOffsetMinutes: -570)
    #expect(west.dateTime == "20240228142959-0930")
    let early = DerivedMoment(
      Date(timeIntervalSince1970: -1), sourceOffset: nil, utcOffsetMinutes: 0)
    #expect(early.date == "19691231" && early.time == "235959")
  }
}
