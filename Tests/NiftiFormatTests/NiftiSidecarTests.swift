import Foundation
import NiftiFormat
import Testing

@Suite struct NiftiSidecarTests {
  private let generator = NiftiSidecar.Generator(
    name: "Restorad", version: "0.1", description: "n4, nlm", codeURL: "https://example.org")

  private func derived(_ source: String?, sources: [String] = ["bids::a.nii.gz"]) -> String {
    let bytes = NiftiSidecar.derived(
      from: source.map { Array($0.utf8) }, sources: sources, generatedBy: generator)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("Keys are kept and sorted, numbers keep their digits")
  func keys() throws {
    let text = derived(
      """
      {"b": 0.1, "a": [1e-3, 12345678901234567890, -0.0, 1.50], "c": {"z": null, "y": "\\u00e9\\n"},
       "NaN": NaN}
      """)
    #expect(
      text == """
        {
          "GeneratedBy": [
            {
              "CodeURL": "https://example.org",
              "Description": "n4, nlm",
              "Name": "Restorad",
              "Version": "0.1"
            }
          ],
          "NaN": NaN,
          "Sources": [
            "bids::a.nii.gz"
          ],
          "a": [
            1e-3,
            12345678901234567890,
            -0.0,
            1.50
          ],
          "b": 0.1,
          "c": {
            "y": "é\\n",
            "z": null
          }
        }

        """)
  }

  @Test("Earlier sources and generators stay before the new ones")
  func appended() throws {
    let first = derived("{\"Sources\": \"x.nii\", \"GeneratedBy\": [{\"Name\": \"dcm2niix\"}]}")
    let again = derived(first)
    #expect(again == first)
    let json = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
    #expect(json?["Sources"] as? [String] == ["x.nii", "bids::a.nii.gz"])
    let generators = json?["GeneratedBy"] as? [[String: String]]
    #expect(generators?.map { $0["Name"] } == ["dcm2niix", "Restorad"])
  }

  @Test(
    "No sidecar, or a broken one, counts as empty",
    arguments: [nil, "", "{", "[]", "\u{0}", "{\"a\":\"\\ud800\\u0041\"", "nul"])
  func broken(source: String?) {
    #expect(derived(source) == derived("{}"))
  }

  @Test("Any text survives the way through, escapes and surrogate pairs among it")
  func text() throws {
    let strings = ["\"\\/\u{8}\u{C}\n\r\t\u{1}", "\u{1F9E0}é漢", ""]
    let source = try JSONSerialization.data(withJSONObject: ["k": strings])
    let bytes = NiftiSidecar.derived(
      from: [UInt8](source), sources: [], generatedBy: generator)
    let result = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect(result?["k"] as? [String] == strings)
    let escaped = derived("{\"k\": \"\\ud83e\\udde0\\ud83e\"}")
    #expect(escaped.contains("\"\u{1F9E0}\u{FFFD}\""))
  }

  @Test("A byte order mark before the JSON is passed over")
  func mark() {
    #expect(derived("\u{FEFF}{\"a\": 1}") == derived("{\"a\": 1}"))
  }
}
