import Restoration

/// The reduction of speckle that a step asks for.
func speckle(_ parameters: ResolvedParameters) -> SpeckleReduction {
  var method = SpeckleReduction()
  method.strength = parameters.number("strength") ?? method.strength
  method.keep = parameters.number("keep") ?? method.keep
  return method
}
