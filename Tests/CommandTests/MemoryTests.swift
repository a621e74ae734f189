import Foundation
import Testing

@Suite("Memory of real jobs", .enabled(if: Restorad.isBuilt), .serialized)
struct MemoryTests {
  private static let recipes = [
    "keep": "[]", "mr": "[ n4: {}, nlm: { search: 1 } ]",
    "classic": "[ nlm: { variant: classic, search: 1 } ]", "wavelet": "[ wavelet: {} ]",
    "blocks": "[ wavelet: { levels: 5 } ]",
    "levels": "[ wavelet: { wavelet: db4, levels: 4 } ]",
    "decimated": "[ wavelet: { undecimated: false } ]",
    "slices": "[ wavelet: { dimensions: 2, noise: level_dependent } ]",
    "median": "[ median: {} ]", "gaussian": "[ gaussian: {} ]",
    "bilateral": "[ bilateral: { radius: 1 } ]", "clahe": "[ clahe: {} ]",
    "resample": "[ resample: { factor: 1.3 } ]",
  ]

  /// Those that treat excluded voxels in a way that takes memory.
  private static let holed = [
    "blocks", "classic", "decimated", "gaussian", "median", "slices", "wavelet",
  ]

  /// A NIfTI-1 file of a bright ball in noise, as 16-bit numbers; with holes as floats, of which
  /// those around it are NaN.
  private func ball(side: Int, hasHoles: Bool = false) -> Data {
    var header = [UInt8](repeating: 0, count: 352)
    func put(_ value: Int, at offset: Int, bytes: Int) {
      for i in 0..<bytes { header[offset + i] = UInt8(truncatingIfNeeded: value >> (8 * i)) }
    }
    func put(_ value: Float, at offset: Int) { put(Int(value.bitPattern), at: offset, bytes: 4) }
    put(348, at: 0, bytes: 4)
    for (axis, count) in [3, side, side, side, 1].enumerated() {
      put(count, at: 40 + 2 * axis, bytes: 2)
      put(1, at: 76 + 4 * axis)
    }
    put(hasHoles ? 16 : 4, at: 70, bytes: 2)
    put(hasHoles ? 32 : 16, at: 72, bytes: 2)
    put(352, at: 108)
    header.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
    var voxels = [Int16](repeating: 0, count: side * side * side)
    var state: UInt64 = 7
    for i in voxels.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let (x, y, z) = (i % side - side / 2, i / side % side - side / 2, i / side / side - side / 2)
      let inside = x * x + y * y + z * z < side * side / 7
      voxels[i] = Int16(state >> 58) + (inside ? 600 + Int16(x) : 20)
    }
    var file = Data(header)
    if hasHoles {
      let floats = voxels.indices.map { i in
        let (x, y) = (i % side - side / 2, i / side % side - side / 2)
        return x * x + y * y < side * side / 4 ? Float(voxels[i]) : .nan
      }
      unsafe floats.withUnsafeBytes { unsafe file.append(contentsOf: $0) }
      return file
    }
    unsafe voxels.withUnsafeBytes { unsafe file.append(contentsOf: $0) }
    return file
  }

  @Test(
    "A job takes no more memory than was predicted, and on a large volume at least half of it",
    arguments: recipes.keys.sorted().map { ($0, false) } + holed.map { ($0, true) })
  func truth(recipe: String, hasHoles: Bool) throws {
    let steps = try #require(Self.recipes[recipe])
    let place = try Workplace()
    let side = 144
    try ball(side: side, hasHoles: hasHoles)
      .write(to: URL(fileURLWithPath: place.path("ball_T1w.nii")))
    try place.write(
      """
      inboxes: [{ name: a, path: \(place.root)/inbox, outbox: \(place.root)/outbox }]
      recipes: [{ name: \(recipe), steps: \(steps) }]
      """, to: "memory.yaml")
    let config = ["--config", place.path("memory.yaml"), "--recipe", recipe]
    let outcome = try Restorad.start(
      ["restore", place.path("ball_T1w.nii"), "--outbox", place.path("outbox")] + config, in: place
    ).finish()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let job = try #require(place.published.first)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: place.path("outbox/\(job)/report.json")))
    let report = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    let peak = try #require(report["peak_memory_bytes"] as? Int)
    let sheet = try Restorad.run(
      "inspect", "--json", place.path("ball_T1w.nii"), "--config", place.path("memory.yaml"),
      in: place
    ).objects().first
    #expect(sheet?["recipe"] as? String == recipe)
    let predicted = try #require(sheet?["predicted_memory_bytes"] as? Int)
    #expect(peak <= predicted, "\(peak >> 20) MiB were held, \(predicted >> 20) predicted")
    // The process itself is predicted for the worst, whatever the scan.
    let process = 60 << 20
    #expect(predicted - process < 2 * peak, "\(predicted >> 20) MiB predicted, \(peak >> 20) held")
  }

  @Test("`inspect` says what a job will need, for people and for programs") func inspect() throws {
    let place = try Workplace()
    try ball(side: 64).write(to: URL(fileURLWithPath: place.path("ball_T1w.nii")))
    let text = try Restorad.run("inspect", place.path("ball_T1w.nii"), in: place)
    #expect(text.output.contains("  memory           at most about "), "\(text.output)")
    let lines = try Restorad.run("inspect", "--json", place.path("ball_T1w.nii"), in: place)
    let sheet = try #require(try lines.objects().first)
    let predicted = try #require(sheet["predicted_memory_bytes"] as? Int)
    #expect(predicted > 4 * 64 * 64 * 64)
  }
}
