import RestorationKernels
import Testing

@Suite("Fourier transform")
struct FourierTransformTests {
  @Test("Forward then inverse multiplies by the count", arguments: [1, 2, 7, 12, 512])
  func roundTrip(count: Int) {
    let samples = (0..<2 * count).map { Double($0 * 37 % 11) - 5 }
    var spectrum = [Double](repeating: 0, count: 2 * count)
    var back = spectrum
    unsafe FourierTransform(count: count, inverse: false).run(samples, &spectrum)
    unsafe FourierTransform(count: count, inverse: true).run(spectrum, &back)
    for i in samples.indices {
      #expect(abs(back[i] - samples[i] * Double(count)) < 1e-9 * Double(count))
    }
  }
}
