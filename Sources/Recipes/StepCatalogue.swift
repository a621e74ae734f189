/// The steps that recipes may use.
public enum StepCatalogue {
  /// All steps, in the order in which they are listed.
  public static let all: [StepSpecification] = [
    N4Step.specification, NLMStep.specification, WaveletStep.specification,
    GaussianStep.specification, MedianStep.specification, BilateralStep.specification,
    CLAHEStep.specification, MARStep.specification, MotionStep.specification,
    ResampleStep.specification, GibbsStep.specification, MPPCAStep.specification,
    GridlinesStep.specification, SpeckleStep.specification, RingsStep.specification,
  ]

  /// The step of that name.
  public static func step(_ name: String) -> StepSpecification? { all.first { $0.name == name } }
}
