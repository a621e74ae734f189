import Restoration

/// The suppression of rings that a step asks for.
func rings(_ parameters: ResolvedParameters) -> RingSuppression {
  var method = RingSuppression()
  method.width = parameters.number("width") ?? method.width
  method.limitHU = parameters.number("limit") ?? method.limitHU
  if let center = parameters.numbers("center"), center.count == 2 {
    method.offset = SIMD2(center[0], center[1])
  }
  return method
}
