/// The `gibbs` step: what a recipe may say about unringing.
enum GibbsStep {
  static let specification = StepSpecification(
    name: "gibbs", purpose: "Takes Gibbs ringing off MR slices (local subvoxel shifts).",
    parameters: [
      ParameterSpecification(
        "shifts", .integer(1...100), standard: .integer(20),
        "Shifts to each side that are tried, up to half a voxel."),
      ParameterSpecification(
        "window", .list(of: .integer(0...7), count: 2...2), unit: "voxel",
        standard: .list([.integer(0), .integer(2)]),
        "Nearest and farthest neighbour beside a voxel whose variation decides."),
      ParameterSpecification(
        "slice_axis", .word(["auto", "x", "y", "z"]), standard: .text("auto"),
        "Axis along which slices follow each other; auto takes the one with the widest spacing."),
      ParameterSpecification(
        "zero_filling", .word(["auto", "ignore"]), standard: .text("auto"),
        "Whether zeros around k-space are looked for, and slices unrung on the acquired grid."),
    ])
}
