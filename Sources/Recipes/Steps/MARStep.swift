/// The `mar` step: what a recipe may say about metal artefact reduction.
enum MARStep {
  static let specification = StepSpecification(
    name: "mar", purpose: "Reduces streaks from metal in CT by repairing the metal's projections.",
    parameters: [
      ParameterSpecification(
        "method", .word(["nmar", "li"]), standard: .text("nmar"),
        "Normalised (Meyer 2010) or plain linear interpolation across the metal trace."),
      ParameterSpecification(
        "threshold", .number(NumberRange(1000...20_000)), unit: "HU", standard: .number(2500),
        "Voxels above this are metal."),
      ParameterSpecification(
        "angles", .word(["auto"]), .integer(90...4000), standard: .text("auto"),
        "Projections over half a turn; auto follows the size of the slice."),
      ParameterSpecification(
        "min_area", .integer(1...1000), unit: "pixel", standard: .integer(8),
        "Smaller spots in a slice are not taken for metal."),
    ])
}
