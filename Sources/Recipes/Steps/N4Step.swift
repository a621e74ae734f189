/// The `n4` step: what a recipe may say about bias field correction.
enum N4Step {
  static let specification = StepSpecification(
    name: "n4", purpose: "Removes slow multiplicative shading (bias field) from MR volumes.",
    parameters: [
      ParameterSpecification(
        "shrink", .integer(1...16), standard: .integer(4),
        "Factor by which the grid is thinned for the fit; 1 is slowest and most exact."),
      ParameterSpecification(
        "start", .word(["gradients", "none"]), standard: .text("gradients"),
        "Begins with a field fitted to slopes inside tissues, or with none, as ITK and ANTs do."),
      ParameterSpecification(
        "iterations", .integer(0...1000), .list(of: .integer(0...1000), count: 1...8),
        standard: .list([.integer(0), .integer(20), .integer(20)]),
        "Most iterations at each fitting level; a single number means one level."),
      ParameterSpecification(
        "convergence", .number(NumberRange(0...1)), standard: .number(0.0001),
        "A level ends when the field's relative change falls below this; 0 runs all iterations."),
      ParameterSpecification(
        "bins", .integer(16...2048), standard: .integer(200),
        "Bins of the log-intensity histogram."),
      ParameterSpecification(
        "noise", .number(NumberRange(above: 0, upTo: 1)), standard: .number(0.01),
        "Noise term of the Wiener filter that sharpens the histogram."),
      ParameterSpecification(
        "fwhm", .number(NumberRange(0.01...5)), unit: "log intensity", standard: .number(0.1),
        "Full width at half maximum of the Gaussian that is deconvolved from the histogram."),
      ParameterSpecification(
        "control_points", .integer(4...64), standard: .integer(4),
        "B-spline control points along each axis at the first level."),
      ParameterSpecification(
        "spline_distance", .number(NumberRange(0...10_000)), unit: "mm", standard: .number(0),
        "Distance of the first level's knots instead of a count of control points; 0 = off."),
      ParameterSpecification(
        "mask", .word(["otsu", "positive", "all"]), standard: .text("otsu"),
        "Voxels that the fit uses."),
      ParameterSpecification(
        "exact_geometry", .flag, standard: .bool(true),
        "Evaluates the field at the true places of the thinned grid; false does as ITK does."),
    ])
}
