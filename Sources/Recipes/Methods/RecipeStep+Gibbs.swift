import Restoration

/// The unringing that a step asks for.
///
/// - Throws: `RestorationError` when the window ends before it begins.
func gibbs(_ parameters: ResolvedParameters) throws -> GibbsUnringing {
  var method = GibbsUnringing()
  method.shifts = parameters.integer("shifts") ?? method.shifts
  if let window = parameters.integers("window"), let first = window.first, let last = window.last {
    guard first <= last else {
      throw RestorationError(.invalidParameter, "gibbs: the window ends before it begins")
    }
    method.window = first...last
  }
  method.sliceAxis =
    parameters.word("slice_axis").flatMap(GibbsUnringing.SliceAxis.init) ?? .auto
  method.findsZeroFilling = parameters.word("zero_filling") != "ignore"
  return method
}
