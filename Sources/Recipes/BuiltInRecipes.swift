/// The recipes that `auto` falls back on.
public enum BuiltInRecipes {
  /// All of them, in the order in which they are tried.
  public static let all: [Recipe] = [
    Recipe(
      name: "mr", condition: modality(["MR"]),
      steps: [step(N4Step.specification), step(NLMStep.specification, ["noise": .text("rician")])]),
    Recipe(
      name: "ct-metal",
      condition: Condition([
        Condition.Clause("Modality", .anyOf(["CT"])),
        Condition.Clause("HasMetal", .anyOf(["true"])),
      ]),
      steps: [step(MARStep.specification), mildCT]),
    Recipe(name: "ct", condition: modality(["CT"]), steps: [mildCT]),
    Recipe(
      name: "xray", condition: modality(Modality.projectionXRay),
      steps: [
        step(
          WaveletStep.specification,
          ["noise": .text("level_dependent"), "strength": .number(0.5)]),
        step(CLAHEStep.specification, ["clip": .number(1.5)]),
      ]),
    // Below 1, so that part of the speckle stays: it is what sonographers read.
    Recipe(
      name: "us", condition: modality(["US"]),
      steps: [
        step(NLMStep.specification, ["noise": .text("correlated"), "strength": .number(0.5)])
      ]),
    Recipe(
      name: "nuclear", condition: modality(Modality.nuclear),
      steps: [
        step(
          WaveletStep.specification,
          ["noise": .text("level_dependent"), "strength": .number(0.4)])
      ]),
  ]

  // An average of noise with mean zero keeps Hounsfield units; the strength is that of a mild filter.
  private static let mildCT = step(
    NLMStep.specification,
    ["noise": .text("correlated"), "strength": .number(0.55), "dimensions": .integer(2)])

  private static func modality(_ values: [String]) -> Condition {
    Condition([Condition.Clause("Modality", .anyOf(values))])
  }

  private static func step(
    _ specification: StepSpecification, _ given: [String: ParameterValue] = [:]
  ) -> RecipeStep {
    RecipeStep(specification: specification, accepted: given)
  }
}
