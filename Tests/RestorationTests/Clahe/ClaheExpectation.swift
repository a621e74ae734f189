import Foundation
import VolumeModel

/// What OpenCV makes of a picture; written by Tests/Oracles/clahe.py.
struct ClaheExpectation: Decodable {
  let width: Int
  let height: Int
  let greatest: Int
  let clipLimit: Double
  let tiles: [Int]
  let every61st: [Int]
  let checksum: Int

  static func readAll() throws -> [ClaheExpectation] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Oracles/clahe.json")
    return try JSONDecoder().decode([Self].self, from: Data(contentsOf: file))
  }

  /// A ramp with a dark disc and noise, the same as in the script.
  static func picture(_ width: Int, _ height: Int, greatest: Int) -> Volume {
    var state = 7
    var volume = Volume(dimensions: [width, height, 1], repeating: 0)
    for y in 0..<height {
      for x in 0..<width {
        state = (state * 1_103_515_245 + 12345) % (1 << 31)
        let noise = (state >> 16) % 64
        let (dx, dy, radius) = (x - width / 2, y - height / 2, height / 3)
        let level = (4 * x + 2 * y) * 1000 / (4 * width + 2 * height)
        let shaded = level / (dx * dx + dy * dy < radius * radius ? 4 : 1) + noise
        volume[x, y, 0] = Float(min(shaded * greatest / 1100, greatest))
      }
    }
    return volume
  }
}
