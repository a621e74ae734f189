/// The `motion` step: what a recipe may say about the suppression of motion ghosts.
enum MotionStep {
  static let specification = StepSpecification(
    name: "motion", purpose: "Suppresses ghosts of motion along the phase-encoding axis of MR.",
    parameters: [
      ParameterSpecification(
        "axis", .word(["auto", "row", "column"]), standard: .text("auto"),
        "Axis along which the ghosts lie; auto takes the one with more signal in the air."),
      ParameterSpecification(
        "strength", .number(NumberRange(0...1)), standard: .number(0.25),
        "How far the highest phase-encoding frequencies of a corrected slice are lowered."),
    ])
}
