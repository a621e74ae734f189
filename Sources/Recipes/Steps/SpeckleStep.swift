/// The `speckle` step: what a recipe may say about the reduction of speckle.
enum SpeckleStep {
  static let specification = StepSpecification(
    name: "speckle",
    purpose: "Reduces the speckle of ultrasound and keeps a part of it (guided non-local means).",
    parameters: [
      ParameterSpecification(
        "strength", .number(NumberRange(0.1...1)), standard: .number(0.7),
        "How unlike pixels may be that are averaged, as a part of what speckle makes."),
      ParameterSpecification(
        "keep", .number(NumberRange(0.1...1)), standard: .number(0.3),
        "The part of each pixel's own speckle that stays; 1 changes nothing."),
    ])
}
