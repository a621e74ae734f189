/// The `wavelet` step: what a recipe may say about wavelet shrinkage.
enum WaveletStep {
  static let specification = StepSpecification(
    name: "wavelet", purpose: "Removes noise by shrinking wavelet coefficients.",
    parameters: [
      ParameterSpecification(
        "wavelet", .word(["auto"]), .wavelet, standard: .text("auto"),
        "The wavelet, by PyWavelets' names; auto is haar with the threshold local, else db4."),
      ParameterSpecification(
        "levels", .word(["auto"]), .integer(1...10), standard: .text("auto"),
        "Decomposition levels; auto is 3 in the volume, 4 in a slice, fewer when it is small."),
      ParameterSpecification(
        "threshold", .word(["auto", "local", "universal", "bayes"]), .number(NumberRange(0...1e9)),
        unit: "intensity", standard: .text("auto"),
        "How coefficients are judged, or a fixed threshold; auto is local unless something else is "
          + "asked for that local cannot do, then bayes."),
      ParameterSpecification(
        "shrinkage", .word(["soft", "hard"]), standard: .text("soft"),
        "Whether coefficients above the threshold are pulled towards zero or kept."),
      ParameterSpecification(
        "boundary", .word(["symmetric", "periodization"]), standard: .text("symmetric"),
        "How the image goes on beyond its borders."),
      ParameterSpecification(
        "sigma", .word(["auto"]), .number(NumberRange(above: 0, upTo: 1e9)),
        unit: "intensity", standard: .text("auto"),
        "Standard deviation of the noise; auto measures it in the finest details."),
      ParameterSpecification(
        "strength", .number(NumberRange(0.1...3)), standard: .number(1),
        by: Modality.each(Modality.projectionXRay, .number(0.5))
          .merging(Modality.each(Modality.nuclear, .number(0.4))) { first, _ in first },
        "Multiple of the threshold."),
      ParameterSpecification(
        "undecimated", .flag, standard: .bool(true),
        "Keeps all coefficients (shift invariant): better and slower."),
      ParameterSpecification(
        "noise", .word(["white", "level_dependent"]), standard: .text("white"),
        by: Modality.each(
          Modality.projectionXRay + Modality.nuclear, .text("level_dependent")),
        "Whether the noise is the same at all scales or is measured at each."),
      NLMStep.dimensionsParameter,
    ])
}
