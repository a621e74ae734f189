import VolumeModel

/// One level of a decomposition: all channels of one approximation, in one piece of memory.
package struct WaveletLevel: Sendable {
  /// Sample counts of what was decomposed.
  package let sourceDimensions: SIMD3<Int>
  /// Coefficient counts of every band.
  package let dimensions: SIMD3<Int>
  /// How many bands there are: 2 to the number of transformed axes.
  package let bands: Int
  /// The bands one after the other, x fastest; band 0 is the approximation.
  ///
  /// The number of a band has one bit for each transformed axis, z lowest and x highest: set where
  /// the band is high pass along that axis.
  package var coefficients: [Float]

  /// Coefficients of one band.
  package var bandCount: Int { coefficients.count / bands }

  /// Positions of a band in `coefficients`.
  package func range(ofBand band: Int) -> Range<Int> {
    (band * bandCount)..<((band + 1) * bandCount)
  }
}
