import Restoration

/// The suppression of grid lines that a step asks for.
func gridlines(_ parameters: ResolvedParameters) -> GridlineSuppression {
  var method = GridlineSuppression()
  method.extent = parameters.integer("extent") ?? method.extent
  method.strength = parameters.number("strength") ?? method.strength
  return method
}
