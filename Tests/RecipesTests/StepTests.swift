import Foundation
import Recipes
import Testing

@Suite("Steps and their parameters")
struct StepTests {
  @Test("The catalogue holds exactly the steps of the contract")
  func catalogue() {
    #expect(
      StepCatalogue.all.map(\.name) == [
        "n4", "nlm", "wavelet", "gaussian", "median", "bilateral", "clahe", "mar", "motion",
        "resample", "gibbs", "mppca", "gridlines", "speckle", "rings",
      ])
  }

  @Test("Every default is allowed by its own specification", arguments: StepCatalogue.all)
  func defaults(step: StepSpecification) {
    for parameter in step.parameters {
      let standards = [parameter.standard].compactMap(\.self) + parameter.modalityStandards.values
      for standard in standards { #expect(parameter.accept(standard) == standard) }
      #expect(!parameter.meaning.isEmpty && parameter.meaning.hasSuffix("."))
    }
    #expect(Set(step.parameters.map(\.name)).count == step.parameters.count)
  }

  @Test("Defaults follow the modality where they should")
  func modalityDefaults() throws {
    let nlm = try RecipeStep("nlm")
    #expect(nlm.value(of: "noise", for: "MR") == .text("rician"))
    #expect(nlm.value(of: "noise", for: "CT") == .text("correlated"))
    #expect(nlm.value(of: "strength", for: "CT") == .number(0.55))
    #expect(try RecipeStep("wavelet").value(of: "noise", for: "DX") == .text("level_dependent"))
  }

  @Test(
    "Values outside their range or kind are refused",
    arguments: [
      ("n4", "shrink", ParameterValue.integer(17)), ("n4", "shrink", .number(2.5)),
      ("n4", "iterations", .list([])), ("n4", "noise", .integer(0)), ("n4", "mask", .text("Otsu")),
      ("nlm", "patch", .text("big")), ("nlm", "dimensions", .integer(4)),
      ("wavelet", "wavelet", .text("db0")), ("wavelet", "wavelet", .text("bior1.2")),
      ("clahe", "tiles", .list([.integer(8)])), ("clahe", "presentation", .integer(1)),
      ("gaussian", "sigma", .number(.nan)), ("gaussian", "blur", .integer(1)),
      ("blur", "sigma", .integer(1)), ("gibbs", "window", .integer(1)),
      ("gibbs", "shifts", .integer(0)), ("mppca", "patch", .integer(5)),
      ("gridlines", "strength", .integer(0)), ("speckle", "keep", .number(0.05)),
      ("rings", "width", .number(0.5)), ("rings", "center", .list([.integer(1)])),
    ])
  func refusals(step: String, parameter: String, value: ParameterValue) {
    #expect(throws: RecipeError.self) { try RecipeStep(step, [parameter: value]) }
  }

  @Test(
    "A wavelet is known by PyWavelets' name",
    arguments: [
      "haar", "db4", "db20", "sym8", "coif5", "bior4.4", "rbio3.9",
    ])
  func wavelets(name: String) throws {
    _ = try RecipeStep("wavelet", ["wavelet": .text(name)])
  }

  @Test("Resampling needs exactly one of spacing and factor")
  func resample() throws {
    _ = try RecipeStep("resample", ["factor": .integer(2)])
    #expect(throws: RecipeError.self) { try RecipeStep("resample") }
    #expect(throws: RecipeError.self) {
      try RecipeStep("resample", ["factor": .integer(2), "spacing": .integer(1)])
    }
  }

  @Test("A step survives JSON, and a bad one is refused there too")
  func json() throws {
    let step = try RecipeStep(
      "n4", ["iterations": .list([.integer(20), .integer(10)]), "convergence": .integer(0)])
    let data = try JSONEncoder().encode(step)
    #expect(try JSONDecoder().decode(RecipeStep.self, from: data) == step)
    let bad = Data(#"{"name": "n4", "parameters": {"shrink": 99}}"#.utf8)
    #expect(throws: RecipeError.self) { try JSONDecoder().decode(RecipeStep.self, from: bad) }
  }

  @Test("Whoever builds a method reads typed values, and nil for auto")
  func resolved() throws {
    let n4 = ResolvedParameters(try RecipeStep("n4", ["iterations": .integer(20)]), for: "MR")
    #expect(n4.integers("iterations") == [20])
    #expect(n4.integer("shrink") == 4)
    #expect(n4.number("fwhm") == 0.1)
    #expect(n4.flag("exact_geometry") == true)
    #expect(n4.word("mask") == "otsu")
    let nlm = ResolvedParameters(try RecipeStep("nlm", ["sigma": .integer(12)]), for: "CT")
    #expect(nlm.word("noise") == "correlated")
    #expect(nlm.word("variant") == nil)
    #expect(nlm.number("sigma") == 12)
    #expect(nlm.integer("patch") == nil)
    let resample = ResolvedParameters(
      try RecipeStep("resample", ["factor": .list([.integer(2), .integer(2), .number(1.5)])]),
      for: nil)
    #expect(resample.numbers("factor") == [2, 2, 1.5])
    #expect(resample.numbers("spacing") == nil)
  }

  @Test("A parameter that is given its default makes no difference")
  func equality() throws {
    #expect(try RecipeStep("n4") == RecipeStep("n4", ["shrink": .integer(4)]))
    #expect(try RecipeStep("n4") != RecipeStep("n4", ["shrink": .integer(2)]))
    #expect(try RecipeStep("nlm") != RecipeStep("nlm", ["noise": .text("auto")]))
  }
}
