/// The `nlm` step: what a recipe may say about non-local means.
enum NLMStep {
  static let specification = StepSpecification(
    name: "nlm", purpose: "Removes noise by averaging similar patches (non-local means).",
    parameters: [
      ParameterSpecification(
        "noise", .word(["auto", "gaussian", "rician", "correlated"]), standard: .text("auto"),
        by: ["MR": .text("rician"), "CT": .text("correlated"), "US": .text("correlated")],
        "Distribution of the noise; rician corrects the bias of MR magnitude images; correlated: "
          + "neighbours are alike."),
      ParameterSpecification(
        "sigma", .word(["auto"]), .number(NumberRange(above: 0, upTo: 1e9)),
        unit: "intensity", standard: .text("auto"),
        "Standard deviation of the noise; auto measures it."),
      ParameterSpecification(
        "strength", .number(NumberRange(0.1...3)), standard: .number(0.8),
        by: ["CT": .number(0.55), "US": .number(0.5)],
        "How much is averaged: the filtering strength h in standard deviations of the noise."),
      ParameterSpecification(
        "patch", .word(["auto"]), .integer(0...5), unit: "voxel", standard: .text("auto"),
        "Radius of the patches that are compared."),
      ParameterSpecification(
        "search", .word(["auto"]), .integer(1...15), unit: "voxel", standard: .text("auto"),
        "Radius in which similar patches are sought."),
      ParameterSpecification(
        "dimensions", .word(["auto"]), .integer(2...3), standard: .text("auto"),
        // Streaks and motion differ from slice to slice: across them, means would shift by some HU.
        by: ["CT": .integer(2)],
        "2 works slice by slice, 3 in the volume; auto decides by grid and spacing."),
      ParameterSpecification(
        // Measured on a T1 head with Rician noise of 1, 3, 5 and 9 %: +1.6, +0.4, +0.7, +1.5 dB.
        "variant", .word(["auto", "classic", "plain", "rotation_invariant"]),
        standard: .text("auto"), by: ["MR": .text("rotation_invariant")],
        "Compares patches (plain: without allowing for noise, as DIPY), or a pre-filtered guide and "
          + "local means (rotation invariant)."),
    ])

  /// Whether a filter works slice by slice or in the volume; several steps have it.
  static let dimensionsParameter = ParameterSpecification(
    "dimensions", .word(["auto"]), .integer(2...3), standard: .text("auto"),
    "2 works slice by slice, 3 in the volume; auto decides by grid and spacing.")
}
