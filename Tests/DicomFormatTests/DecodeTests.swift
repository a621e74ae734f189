import Crypto
import DicomFormat
import Foundation
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("Decoding pixel data") struct DecodeTests {
  /// What pydicom makes of one file; see `Tests/Oracles/dicom_read.py`.
  struct Expected: Decodable {
    let lossy: Bool
    let sum: Int
    let min: Int32
    let max: Int32
    let modalitySum: Double
    let sha256: String
    let samples: [Int32]

    enum CodingKeys: String, CodingKey {
      case lossy, sum, min, max, sha256, samples
      case modalitySum = "modality_sum"
    }
  }

  private func check(_ prefix: String, in folder: (String) -> String) throws -> Int {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestFiles.expected("decoded.json")))
    let table = try JSONDecoder().decode([String: Expected].self, from: data)
    let wanted = table.filter { $0.key.hasPrefix(prefix) }
    for (key, expected) in wanted {
      let series = try DicomSeries.read(paths: [folder(String(key.dropFirst(prefix.count)))])
      let stack = try #require(series.stacks.first)
      let stored = try #require(stack.slices.first?.storedValues)
      let sum = stored.reduce(0) { $0 + Int($1) }
      if expected.lossy {
        // Two inverse cosine transforms may round apart (T.81 allows one step a pixel).
        #expect(abs(sum - expected.sum) <= stored.count / 10, "\(key)")
        let step = max(1, stored.count / 32)
        for (index, sample) in zip(stride(from: 0, to: stored.count, by: step), expected.samples) {
          #expect(abs(stored[index] - sample) <= 2, "\(key) \(index)")
        }
        continue
      }
      let bytes = unsafe stored.withUnsafeBytes { unsafe Data($0) }
      let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
      #expect(digest == expected.sha256, "\(key)")
      #expect(sum == expected.sum, "\(key)")
      // Voxels are kept in single precision.
      let modality = stack.volume.voxels.reduce(0) { $0 + Double($1) }
      let magnitude = stack.volume.voxels.reduce(0) { $0 + Double(abs($1)) }
      #expect(abs(modality - expected.modalitySum) <= 1e-7 * magnitude, "\(key)")
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
