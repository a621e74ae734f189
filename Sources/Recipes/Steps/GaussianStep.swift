/// The `gaussian` step: what a recipe may say about Gaussian smoothing.
enum GaussianStep {
  static let specification = StepSpecification(
    name: "gaussian", purpose: "Smooths with a Gaussian.",
    parameters: [
      ParameterSpecification(
        "sigma", .number(NumberRange(above: 0, upTo: 20)), unit: "voxel or mm, see unit",
        standard: .number(1), "Standard deviation of the Gaussian."),
      ParameterSpecification(
        "unit", .word(["voxel", "mm"]), standard: .text("voxel"), "The unit of sigma."),
      NLMStep.dimensionsParameter,
    ])
}
