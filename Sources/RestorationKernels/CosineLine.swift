// cos(π/8) / √2 and sin(π/8) / √2.
private let cosine: Float = 0.653_281_482_4
private let sine: Float = 0.270_598_050_1

/// Four coefficients, or four values.
typealias FourLanes = (FloatLanes, FloatLanes, FloatLanes, FloatLanes)

/// The orthonormal cosine transform of four values.
@inline(__always)
func forward(_ a: FloatLanes, _ b: FloatLanes, _ c: FloatLanes, _ d: FloatLanes) -> FourLanes {
  let half = FloatLanes(repeating: 0.5)
  let zero = FloatLanes(repeating: 0)
  let (cosine, sine) = (FloatLanes(repeating: cosine), FloatLanes(repeating: sine))
  let (outer, inner, ends, middle) = (a - d, b - c, a + d, b + c)
  return (
    (ends + middle) * half, (outer * cosine).addingProduct(inner, sine), (ends - middle) * half,
    (outer * sine).addingProduct(inner, zero - cosine)
  )
}

/// The four values that have these coefficients.
@inline(__always)
func backward(_ a: FloatLanes, _ b: FloatLanes, _ c: FloatLanes, _ d: FloatLanes) -> FourLanes {
  let half = FloatLanes(repeating: 0.5)
  let zero = FloatLanes(repeating: 0)
  let (cosine, sine) = (FloatLanes(repeating: cosine), FloatLanes(repeating: sine))
  let (even, odd) = ((a + c) * half, (a - c) * half)
  let outer = (b * cosine).addingProduct(d, sine)
  let inner = (b * sine).addingProduct(d, zero - cosine)
  return (even + outer, odd + inner, odd - inner, even - outer)
}
