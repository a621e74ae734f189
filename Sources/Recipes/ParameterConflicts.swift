internal import Restoration

/// Parameters of a step that do not go together for a modality, whose defaults may be part of it.
enum ParameterConflicts {
  /// Finds out whether a step could run at all.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - modality: Modality (0008,0060), which some defaults follow; nil when not known.
  /// - Returns: The parameter that goes too far and one sentence: what does not go together and what
  ///   does. nil when there is nothing in the way.
  static func find(
    _ step: RecipeStep, for modality: String?
  ) -> (parameter: String?, reason: String)? {
    do {
      let method = try step.method(for: modality)
      guard let method = method as? WaveletShrinkage, let reason = method.contradiction else {
        return nil
      }
      return ("threshold", "\(name(step, modality)): \(reason)" + remedy(step, modality))
    } catch {
      return (nil, (error as? RestorationError)?.reason ?? "\(error)")
    }
  }

  private static func name(_ step: RecipeStep, _ modality: String?) -> String {
    modality.map { "\(step.name) on \($0)" } ?? step.name
  }

  /// A default that nobody wrote down is named, or its author would look for it in vain.
  private static func remedy(_ step: RecipeStep, _ modality: String?) -> String {
    guard let modality, step.given["noise"] == nil,
      let noise = step.value(of: "noise", for: modality)?.word, noise != "white"
    else { return "" }
    return "; the noise of \(modality) is \(noise) unless a recipe says noise: white"
  }
}
