/// The `rings` step: what a recipe may say about the suppression of rings.
enum RingsStep {
  static let specification = StepSpecification(
    name: "rings", purpose: "Takes the rings of bad detector elements out of CT slices.",
    parameters: [
      ParameterSpecification(
        "width", .number(NumberRange(1...8)), unit: "pixel", standard: .number(3),
        "How wide rings may be; shells of the object that are thinner may be taken for rings."),
      ParameterSpecification(
        "limit", .number(NumberRange(1...1000)), unit: "HU", standard: .number(100),
        "How strong rings may be; what is stronger is the object's."),
      ParameterSpecification(
        "center", .list(of: .number(NumberRange(-1000...1000)), count: 2...2), unit: "mm",
        standard: nil,
        "Where the scanner turned, [along rows, down columns] from the slice's middle; else what "
          + "Data Collection Center (Patient) says, else the middle."),
    ])
}
