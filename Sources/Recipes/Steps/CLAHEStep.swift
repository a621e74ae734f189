/// The `clahe` step: what a recipe may say about adaptive histogram equalisation.
enum CLAHEStep {
  static let specification = StepSpecification(
    name: "clahe",
    purpose: "Raises local contrast (contrast-limited adaptive histogram equalisation).",
    parameters: [
      ParameterSpecification(
        "clip", .number(NumberRange(1...100)), standard: .number(2),
        by: Modality.each(Modality.projectionXRay, .number(1.5)),
        "By how much local contrast may grow at most; 1 changes nothing."),
      ParameterSpecification(
        "tiles", .integer(1...64), .list(of: .integer(1...64), count: 2...2),
        standard: .integer(8), "Tiles along each axis of a slice, or [x, y]."),
      ParameterSpecification(
        "bins", .word(["auto"]), .integer(16...65536), standard: .text("auto"),
        "Bins of each tile's histogram; auto takes the range of the values."),
      ParameterSpecification(
        "mode", .word(["depth", "opencv"]), standard: .text("depth"),
        "A clip limit that means the same at every bit depth, or OpenCV's arithmetic."),
      ParameterSpecification(
        "presentation", .flag, standard: .bool(false),
        "Allows the step on CT: the result is a presentation series without Hounsfield units."),
    ])
}
