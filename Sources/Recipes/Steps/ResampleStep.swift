/// The `resample` step: what a recipe may say about changing the grid.
enum ResampleStep {
  static let specification = StepSpecification(
    name: "resample", purpose: "Puts the volume on a finer or coarser grid.",
    parameters: [
      ParameterSpecification(
        "spacing", .number(NumberRange(0...100)),
        .list(of: .number(NumberRange(0...100)), count: 3...3), unit: "mm", standard: nil,
        "New voxel spacing, one for all axes or [x, y, z]; 0 keeps an axis."),
      ParameterSpecification(
        "factor", .number(NumberRange(0.01...100)),
        .list(of: .number(NumberRange(0.01...100)), count: 3...3), standard: nil,
        "How many times as many voxels along all axes, or along [x, y, z]."),
      ParameterSpecification(
        "interpolation", .word(["nearest", "linear", "cubic", "lanczos"]),
        standard: .text("cubic"), "How values between voxels are found."),
    ], exactlyOneOf: ["spacing", "factor"])
}
