import Recipes
import Testing

@Suite("Prohibitions")
struct ProhibitionTests {
  @Test(
    "What must never happen to a modality is refused",
    arguments: [
      ("n4", "CT"), ("n4", "US"), ("clahe", "CT"), ("mar", "MR"), ("mar", "DX"), ("motion", "CT"),
      ("motion", "US"), ("gibbs", "CT"), ("gibbs", "US"), ("mppca", "CT"), ("gridlines", "CT"),
      ("speckle", "MR"), ("rings", "MR"), ("rings", "DX"),
    ])
  func refused(step: String, modality: String) throws {
    let violations = Prohibitions.violations([try RecipeStep(step)], modality: modality)
    #expect(violations.count == 1)
    #expect(violations.first?.reason.contains(modality) == true)
  }

  @Test(
    "What a modality is for is allowed",
    arguments: [
      ("n4", "MR"), ("clahe", "DX"), ("mar", "CT"), ("motion", "MR"), ("gibbs", "MR"),
      ("mppca", "MR"), ("gridlines", "DX"), ("speckle", "US"), ("speckle", "IVUS"),
      ("nlm", "US"), ("nlm", "CT"), ("rings", "CT"),
      ("gaussian", "US"), ("median", "US"), ("bilateral", "US"),
    ])
  func allowed(step: String, modality: String) throws {
    #expect(Prohibitions.violations([try RecipeStep(step)], modality: modality).isEmpty)
  }

  @Test("CLAHE on CT is allowed when the recipe asks for a presentation")
  func presentation() throws {
    let step = try RecipeStep("clahe", ["presentation": .bool(true)])
    #expect(Prohibitions.violations([step], modality: "CT").isEmpty)
  }

  @Test(
    "Speckle may be reduced, not removed",
    arguments: [
      ("nlm", "strength", ParameterValue.number(1.5)), ("wavelet", "strength", .integer(2)),
      ("gaussian", "sigma", .integer(3)), ("median", "radius", .integer(2)),
      ("gaussian", "unit", .text("mm")),
    ])
  func speckle(step: String, parameter: String, value: ParameterValue) throws {
    let violations = Prohibitions.violations(
      [try RecipeStep(step, [parameter: value])], modality: "US")
    #expect(violations.map(\.parameter) == [parameter])
  }

  @Test(
    "A local threshold is refused where the noise is measured level by level",
    arguments: ["DX", "CR", "MG", "PT", "NM"])
  func localThreshold(modality: String) throws {
    let local = try RecipeStep("wavelet", ["threshold": .text("local")])
    let violations = Prohibitions.violations([local], modality: modality)
    #expect(violations.map(\.parameter) == ["threshold"])
    #expect(violations.first?.reason.contains("wavelet on \(modality)") == true)
    #expect(violations.first?.reason.contains("noise: white") == true)
    let white = try RecipeStep(
      "wavelet", ["threshold": .text("local"), "noise": .text("white")])
    #expect(Prohibitions.violations([white], modality: modality).isEmpty)
    #expect(Prohibitions.violations([try RecipeStep("wavelet")], modality: modality).isEmpty)
    #expect(Prohibitions.violations([local], modality: "MR").isEmpty)
    #expect(Prohibitions.violations([local], modality: nil).isEmpty)
  }

  @Test("Parameters that never go together are refused for every modality", arguments: ["MR", nil])
  func conflicts(modality: String?) throws {
    for (name, value) in [
      ("wavelet", ParameterValue.text("db4")), ("undecimated", .bool(false)),
      ("boundary", .text("periodization")), ("noise", .text("level_dependent")),
    ] {
      let step = try RecipeStep("wavelet", ["threshold": .text("local"), name: value])
      #expect(Prohibitions.violations([step], modality: modality).map(\.parameter) == ["threshold"])
    }
  }

  @Test("Steps made for one modality are refused when the modality is not known")
  func unknownModality() throws {
    let steps = [try RecipeStep("nlm"), try RecipeStep("mar"), try RecipeStep("motion")]
    #expect(Prohibitions.violations(steps, modality: nil).map(\.step) == [1, 2])
  }
}
