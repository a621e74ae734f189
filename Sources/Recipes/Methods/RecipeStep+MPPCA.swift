import Restoration

/// The denoising by principal components that a step asks for.
func principalComponents(_ parameters: ResolvedParameters) -> PrincipalComponentDenoising {
  var method = PrincipalComponentDenoising()
  method.patchRadius = parameters.integer("patch") ?? method.patchRadius
  return method
}
