/// How the noise of a device is distributed.
public enum NoiseModel: String, Sendable, Codable, CaseIterable {
  /// Added to the signal, with mean zero: CT, X-ray, anything averaged from many counts.
  case gaussian
  /// The magnitude of a complex signal with Gaussian noise in both parts: MR from one coil.
  ///
  /// Raises dark voxels: with no signal the mean is 1.25 sigma.
  case rician
}
