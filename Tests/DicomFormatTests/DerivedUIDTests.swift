import DicomFormat
import Testing

@Suite("Name-based UIDs")
struct DerivedUIDTests {
  @Test(
    "A name gives the UID that the definition gives (Tests/Oracles/dicom_derive.py)",
    arguments: [
      (
        ["instance", "1.2.3", String(repeating: "ab", count: 32), "0.1.0"],
        "2.25.28446211560086660857083136325314892356"
      ),
      ([""], "2.25.312236997547815848244878238229989651698"),
      ([], "2.25.195576254530585465299304854985633002334"),
    ])
  func vector(parts: [String], uid: String) { #expect(NameBasedUID.make(parts) == uid) }

  @Test("Parts do not run into each other")
  func parts() { #expect(NameBasedUID.make(["ab", "c"]) != NameBasedUID.make(["a", "bc"])) }

  @Test("A UID has at most 64 characters and no component with a leading zero")
  func form() {
    for number in 0..<2000 {
      let uid = NameBasedUID.make(["\(number)"])
      #expect(uid.utf8.count <= 64)
      #expect(uid.hasPrefix("2.25.") && !uid.hasPrefix("2.25.0"))
    }
  }
}
