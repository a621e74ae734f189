/// What must never happen to a picture of a modality, or cannot.
public enum Prohibitions {
  /// A step that may not be used as it is.
  public struct Violation: Sendable, Equatable {
    /// The step's place in the recipe, from 0.
    public let step: Int
    /// The parameter that goes too far; nil when it is the step itself.
    public let parameter: String?
    /// One sentence: what is not allowed, why, and what is.
    public let reason: String
  }

  /// Checks the steps of a recipe.
  ///
  /// - Parameters:
  ///   - steps: The steps.
  ///   - modality: Modality (0008,0060); nil when not known, which rules out the steps that are
  ///     made for one modality only.
  /// - Returns: The steps that may not be used, in order; empty when all may.
  public static func violations(_ steps: [RecipeStep], modality: String?) -> [Violation] {
    steps.enumerated().compactMap { place, step in
      (find(step, modality) ?? ParameterConflicts.find(step, for: modality)).map {
        Violation(step: place, parameter: $0.parameter, reason: $0.reason)
      }
    }
  }

  /// Every modality for which a condition may choose a recipe, as far as its `Modality` says.
  static func modalities(named condition: Condition) -> [String] {
    guard let matcher = condition.clauses.first(where: { $0.key == "Modality" })?.matcher else {
      return []
    }
    if case .anyOf(let values) = matcher { return values }
    return Modality.imaging.filter(matcher.matches)
  }

  private typealias Finding = (parameter: String?, reason: String)

  private static func find(_ step: RecipeStep, _ modality: String?) -> Finding? {
    switch (step.name, modality) {
    case ("n4", "CT"):
      (nil, "n4 may not be used on CT: it would rescale Hounsfield units")
    case ("n4", "US"):
      (nil, "n4 may not be used on US: ultrasound has no coil shading")
    case ("clahe", "CT") where step.value(of: "presentation", for: modality)?.flag != true:
      (
        nil,
        "clahe may not be used on CT: it would rescale Hounsfield units; "
          + "presentation: true makes the result a presentation series"
      )
    case ("mar", let other) where other != "CT":
      (nil, "mar may only be used on CT, not on \(name(other))")
    case ("motion", let other) where other != "MR":
      (nil, "motion may only be used on MR, not on \(name(other))")
    case ("gibbs", let other) where other != "MR":
      (nil, "gibbs may only be used on MR, not on \(name(other))")
    case ("mppca", let other) where other != "MR":
      (nil, "mppca may only be used on MR, not on \(name(other))")
    case ("gridlines", let other) where !Modality.projectionXRay.contains(other ?? ""):
      (nil, "gridlines may only be used on projection X-ray, not on \(name(other))")
    case ("rings", let other) where other != "CT":
      (nil, "rings may only be used on CT, not on \(name(other))")
    case ("speckle", let other) where !Modality.ultrasound.contains(other ?? ""):
      (nil, "speckle may only be used on ultrasound, not on \(name(other))")
    case (_, "US"):
      findInUltrasound(step)
    default: nil
    }
  }

  /// Speckle carries what sonographers read: it may be reduced, not removed.
  private static func findInUltrasound(_ step: RecipeStep) -> Finding? {
    guard let limit = ultrasoundLimits[step.name] else { return nil }
    if step.name == "gaussian", step.value(of: "unit", for: "US")?.word == "mm" {
      return ("unit", "gaussian on US is limited in voxels; unit: mm may not be used")
    }
    guard let value = step.value(of: limit.parameter, for: "US")?.realNumber,
      value > limit.most
    else { return nil }
    let most = ParameterValue.number(limit.most)
    return (
      limit.parameter,
      "\(step.name) on US may not remove speckle: \(limit.parameter) has to be at most \(most)"
    )
  }

  private static let ultrasoundLimits: [String: (parameter: String, most: Double)] = [
    "nlm": ("strength", 1), "wavelet": ("strength", 1), "gaussian": ("sigma", 1),
    "median": ("radius", 1), "bilateral": ("spatial_sigma", 2),
  ]

  private static func name(_ modality: String?) -> String {
    modality ?? "a scan whose modality is not known"
  }
}
