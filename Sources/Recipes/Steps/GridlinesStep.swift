/// The `gridlines` step: what a recipe may say about the suppression of grid lines.
enum GridlinesStep {
  static let specification = StepSpecification(
    name: "gridlines", purpose: "Takes the lines of an anti-scatter grid out of X-ray pictures.",
    parameters: [
      ParameterSpecification(
        "extent", .integer(4...64), unit: "pixel", standard: .integer(16),
        "Over how far the lines' strength may change; wider is more selective."),
      ParameterSpecification(
        "strength", .number(NumberRange(above: 0, upTo: 1)), standard: .number(1),
        "The part of the lines that is taken out."),
    ])
}
