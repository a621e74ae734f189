import Recipes
import Restoration
import ScanModel
import Testing
import VolumeModel

@Suite("Memory prediction")
struct MemoryPredictionTests {
  private static let steps = StepCatalogue.all.map(\.name)

  private func bytes(
    _ shape: [Int], _ steps: [RecipeStep] = [], type: String = "int16", modality: String = "MR",
    cores: Int = 2
  ) -> Int {
    let facts = FileFacts(format: .nifti, shape: shape, spacing: [1, 1, 1], storedType: type)
    return MemoryPrediction(ScanExtent(facts: [facts], assembly: nil), cores: cores)
      .bytes(for: Recipe(name: "test", steps: steps), modality: modality)
  }

  private func step(_ name: String) throws -> RecipeStep {
    try RecipeStep(name, name == "resample" ? ["factor": .number(1.5)] : [:])
  }

  @Test(
    "Each step needs more for more voxels, and no less than source and result", arguments: steps)
  func grows(name: String) throws {
    let step = try step(name)
    var last = 0
    for side in [1, 32, 64, 128, 256, 512] {
      let found = bytes([side, side, side], [step])
      #expect(found > last)
      #expect(found > 8 * side * side * side)
      last = found
    }
    #expect(bytes([96, 96, 40, 30], [step]) > bytes([96, 96, 40], [step]))
  }

  @Test(
    "No step but resampling needs more than four volumes and 150 MB beside two cores",
    arguments: steps.filter { $0 != "resample" },
    [[256, 256, 256], [512, 512, 300], [96, 96, 40, 60]])
  func fourVolumes(name: String, shape: [Int]) throws {
    let volume = 4 * shape.reduce(1, *)
    #expect(bytes(shape, [try step(name)]) <= 4 * volume + 150_000_000 + volume / 5)
  }

  @Test("Many levels of a volume stay within four volumes and 150 MB too")
  func manyLevels() throws {
    let volume = 4 * 256 * 256 * 256
    for (wavelet, levels) in [("db4", 5), ("db2", 6), ("haar", 5)] {
      let step = try RecipeStep(
        "wavelet", ["wavelet": .text(wavelet), "levels": .integer(levels)])
      #expect(bytes([256, 256, 256], [step]) <= 4 * volume + 150_000_000)
    }
    // Numbers that may be NaN are filled, too.
    let blocks = try RecipeStep("wavelet", ["levels": .integer(5)])
    #expect(bytes([256, 256, 256], [blocks], type: "float32") <= 4 * volume + 150_000_000)
  }

  @Test("Counts that overflow are more than can be counted, and nothing traps", arguments: steps)
  func hostile(name: String) throws {
    let step = try step(name)
    for count in [Int.max, 1 << 57, 1 << 40] {
      #expect(bytes([count, count, count], [step]) == .max)
      #expect(bytes([count, count, count, count, count, count, count], [step]) == .max)
      #expect(bytes([count], [step]) > 1 << 40)
    }
    #expect(bytes([-3, 0, Int.min], [step]) < 1 << 30)
    #expect(bytes([], [step]) < 1 << 30)
  }

  @Test("Every parameter has a say that holds memory: levels, tiles, window, spacing")
  func parameters() throws {
    func wavelet(_ parameters: [String: ParameterValue]) throws -> Int {
      bytes([256, 256, 256], [try RecipeStep("wavelet", parameters)])
    }
    #expect(try wavelet(["levels": .integer(5)]) > wavelet([:]))
    #expect(try wavelet(["dimensions": .integer(2)]) < wavelet([:]))
    #expect(try wavelet(["boundary": .text("periodization")]) > wavelet([:]))
    let doubled = try RecipeStep("resample", ["factor": .number(2)])
    #expect(bytes([128, 128, 128], [doubled]) > 8 * 4 * 128 * 128 * 128)
    #expect(bytes([128, 128, 128], type: "float32") > bytes([128, 128, 128]))
  }

  @Test("A series is measured by its slices, copies of the volumes by their stacks")
  func series() {
    func facts(_ count: Int, rows: Int = 512, frames: Int = 1) -> [FileFacts] {
      (0..<count).map { slice in
        FileFacts(
          format: .dicom, shape: [512, rows], spacing: [1, 1], storedType: "int16",
          dicom: DicomFacts(
            sopClassUID: "1.2", sopInstanceUID: "1.\(slice)", seriesInstanceUID: "1",
            studyInstanceUID: "1", transferSyntaxUID: "1.2.840.10008.1.2.1", modality: "CT",
            imagePosition: [0, 0, Double(slice)], imageOrientation: [1, 0, 0, 0, 1, 0],
            rows: rows, columns: 512, frames: frames))
      }
    }
    func predicted(_ facts: [FileFacts]) -> Int {
      let assembly = SeriesAssembly(of: facts.compactMap(\.dicom))
      return MemoryPrediction(ScanExtent(facts: facts, assembly: assembly), cores: 2)
        .bytes(for: Recipe(name: "test", steps: []), modality: "CT")
    }
    let slice = 4 * 512 * 512
    #expect(predicted(facts(100)) - predicted(facts(50)) > 50 * slice * 3 / 2)
    #expect(predicted(facts(1, frames: 300)) > 300 * slice)
    var framed = facts(1, frames: 300)
    framed[0].dicom?.frameFacts = (0..<300).map { frame in
      FrameFacts(
        imagePosition: [0, 0, Double(frame)], imageOrientation: [1, 0, 0, 0, 1, 0])
    }
    // The whole object is written at once.
    #expect(predicted(framed) > 300 * slice + 4 * 300 * 512 * 512)
    #expect(predicted(facts(3, rows: .max)) == .max || predicted(facts(3, rows: .max)) > 1 << 50)
    #expect(predicted([]) < 1 << 30)
  }
}
