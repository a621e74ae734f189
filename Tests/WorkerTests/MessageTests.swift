import Foundation
import Recipes
import ScanModel
import Testing
import Worker

@Suite("Messages between daemon and worker")
struct MessageTests {
  private func expectRoundTrip<Message: Codable>(_ message: Message) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(message)
    #expect(!data.contains(UInt8(ascii: "\n")))
    let copy = try JSONDecoder().decode(Message.self, from: data)
    #expect(try encoder.encode(copy) == data)
  }

  @Test("Requests come through as one line of JSON")
  func requests() throws {
    try expectRoundTrip(
      WorkerRequest.probe(
        ProbeRequest(
          paths: ["/a b/ü\n.dcm"], question: ProbeQuestion(keywords: ["Modality"], metal: true))))
    let steps = [
      try RecipeStep("n4", ["shrink": .integer(2)]), try RecipeStep("nlm"),
      try RecipeStep("resample", ["spacing": .list([.number(1), .number(0), .number(2.5)])]),
    ]
    try expectRoundTrip(
      WorkerRequest.restore(
        RestoreRequest(
          job: "j", format: .nifti, sources: [.init(path: "/x", name: "x")],
          recipe: Recipe(name: "r", steps: steps), modality: nil, output: "/o", moment: 1.5,
          version: "1")))
  }

  @Test("Replies come through as one line of JSON")
  func replies() throws {
    let figures: [String: JSONValue] = [
      "sigma": .number(1.25), "levels": .list([.integer(3), .null]), "ok": .flag(true),
      "range": .object(["low": .number(-1), "name": .text("a\"b")]),
    ]
    let note = Report.StepNote(name: "nlm", parameters: figures, seconds: 0.5, figures: figures)
    let summary = RestoreSummary(
      shape: [1, 2, 3], spacing: [1, 1, 2.5], dtype: "int16", steps: [note],
      result: Report.Result(
        files: ["a"], series: "2.25.1", shape: [1, 2, 3], dtype: "int16", clippedVoxels: 4),
      quality: Report.QualityNote(
        before: Report.Picture(entropy: 1, contrast: nil, sharpness: 2, noiseSigma: 3), after: nil,
        change: Report.Change(psnr: nil, ssim: 1, mae: 0, meanShift: 0)),
      readSeconds: 1, computeSeconds: 2, writeSeconds: 3, peakMemoryBytes: 4, warnings: ["w"])
    let facts = FileFacts(
      format: .nifti, shape: [2, 2], attributes: ["Modality": ["MR"]],
      nifti: NiftiFacts(version: 2, companions: ["x.json"]))
    let replies: [WorkerReply] = [
      .probed(.whole(facts)), .probed(.companion), .probed(.index), .probed(.incomplete("more")),
      .probed(.notScan("text")), .progress(step: "n4", fraction: 0.25), .stepFinished(note),
      .restored(summary), .refused(RestoreRefusal(.skip, "labels")),
    ]
    for reply in replies { try expectRoundTrip(reply) }
  }

  @Test("A figure that JSON has no word for becomes null")
  func infinite() throws {
    let data = try JSONEncoder().encode([JSONValue.number(.infinity), .number(.nan), .number(1)])
    #expect(String(decoding: data, as: UTF8.self) == "[null,null,1]")
  }
}
