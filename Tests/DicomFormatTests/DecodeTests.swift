import Crypto
import DicomFormat
import Foundation
import RestoradTestSupport
import Testing

@Suite("Decoding pixel data") struct DecodeTests {
  /// What pydicom makes of one file; see `Tests/Oracles/dicom_read.py`.
  struct Expected: Decodable {
    let lossy: Bool
    let sum: Int
    let min: Int32
    let max: Int32
    let sha256: String
  }

  private func check(_ prefix: String, in folder: (String) -> String) throws -> Int {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestFiles.expected("decoded.json")))
    let table = try JSONDecoder().decode([String: Expected].self, from: data)
    let wanted = table.filter { $0.key.hasPrefix(prefix) }
    for (key, expected) in wanted {
      let series = try DicomSeries.read(paths: [folder(String(key.dropFirst(prefix.count)))])
      let stored = try #require(series.stacks.first?.slices.first?.storedValues)
      let sum = stored.reduce(0) { $0 + Int($1) }
      if expected.lossy {
        // Two inverse cosine transforms may round apart (T.81 allows one step a pixel).
        #expect(abs(sum - expected.sum) <= stored.count / 10, "\(key)")
        continue
      }
      let bytes = unsafe stored.withUnsafeBytes { unsafe Data($0) }
      let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
      #expect(digest == expected.sha256, "\(key)")
      #expect(sum == expected.sum, "\(key)")
      #expect(stored.min() == expected.min && stored.max() == expected.max, "\(key)")
    }
    return wanted.count
  }

  @Test("The small files decode to pydicom's stored values") func ownFiles() throws {
    #expect(try check("own/") { TestFiles.own($0) } > 8)
  }

  @Test("Real scans decode to pydicom's stored values", .enabled(if: SharedData.isPresent))
  func sharedFiles() throws {
    #expect(try check("shared/") { SharedData.path("dicom/" + $0) } > 40)
  }
}
