/// The `bilateral` step: what a recipe may say about the bilateral filter.
enum BilateralStep {
  static let specification = StepSpecification(
    name: "bilateral", purpose: "Smooths among neighbours of similar intensity; keeps edges.",
    parameters: [
      ParameterSpecification(
        "spatial_sigma", .number(NumberRange(0.3...10)), unit: "voxel", standard: .number(1.5),
        "Standard deviation of the weight by distance."),
      ParameterSpecification(
        "range_sigma", .word(["auto"]), .number(NumberRange(above: 0, upTo: 1e9)),
        unit: "intensity", standard: .text("auto"),
        "Standard deviation of the weight by intensity; auto takes it from the noise."),
      ParameterSpecification(
        "radius", .word(["auto"]), .integer(1...10), unit: "voxel", standard: .text("auto"),
        "Radius of the window; auto covers the spatial weight."),
      NLMStep.dimensionsParameter,
    ])
}
