/// The `mppca` step: what a recipe may say about denoising by principal components.
enum MPPCAStep {
  static let specification = StepSpecification(
    name: "mppca",
    purpose: "Takes noise out of MR scans of many volumes, such as diffusion (MP-PCA).",
    parameters: [
      ParameterSpecification(
        "patch", .integer(1...4), unit: "voxel", standard: .integer(2),
        "Radius of the patches in which signal and noise are parted.")
    ])
}
