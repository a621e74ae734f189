/// The `median` step: what a recipe may say about the median filter.
enum MedianStep {
  static let specification = StepSpecification(
    name: "median", purpose: "Replaces each voxel by the median of its neighbourhood.",
    parameters: [
      ParameterSpecification(
        "radius", .integer(1...5), unit: "voxel", standard: .integer(1),
        "Radius of the neighbourhood."),
      NLMStep.dimensionsParameter,
    ])
}
