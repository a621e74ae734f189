import Foundation

/// What SimpleITK makes of a pattern; written by Tests/Oracles/resample.py.
struct ResampleExpectation: Decodable {
  let dimensions: [Int]
  let spacing: [Double]
  let wanted: [Double]
  let interpolation: String
  let resultDimensions: [Int]
  let origin: [Double]
  let every29th: [Float]
  let projection: Double

  static func readAll() throws -> [ResampleExpectation] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Oracles/resample.json")
    return try JSONDecoder().decode([Self].self, from: Data(contentsOf: file))
  }
}
