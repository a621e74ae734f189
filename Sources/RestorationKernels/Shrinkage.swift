/// Moves each coefficient towards zero by a threshold: `sign(d) · max(|d| − t, 0)`.
///
/// NaN stays NaN.
///
/// - SeeAlso: Donoho, IEEE Transactions on Information Theory 41(3):613–627, 1995.
public func shrinkSoftly(
  _ coefficients: UnsafeMutablePointer<Float>, count: Int, threshold: Float
) {
  for i in 0..<count {
    let d = coefficients[i]
    let magnitude = max(abs(d) - threshold, 0)
    coefficients[i] = d < 0 ? -magnitude : magnitude
  }
}

/// Sets coefficients of magnitude below a threshold to zero and keeps the others.
public func shrinkHard(_ coefficients: UnsafeMutablePointer<Float>, count: Int, threshold: Float) {
  for i in 0..<count {
    let d = coefficients[i]
    coefficients[i] = abs(d) < threshold ? 0 : d
  }
}

/// Shrinks by Breiman's non-negative garrote: `d − t²/d` where `|d| > t`, else 0.
public func shrinkByGarrote(
  _ coefficients: UnsafeMutablePointer<Float>, count: Int, threshold: Float
) {
  for i in 0..<count {
    let d = coefficients[i]
    let kept = d - threshold * (threshold / d)
    coefficients[i] = abs(d) > threshold ? kept : 0
  }
}
