/// How the noise of a device is distributed.
public enum NoiseModel: String, Sendable, Codable, CaseIterable {
  /// Added to the signal, with mean zero, each voxel for itself.
  case gaussian
  /// The magnitude of a complex signal with Gaussian noise in both parts: MR from one coil.
  ///
  /// Raises dark voxels: with no signal the mean is 1.25 sigma.
  case rician
  /// Added to the signal, with mean zero, neighbouring voxels alike: reconstructed CT, ultrasound
  /// after scan conversion, anything interpolated.
  case correlated
}
