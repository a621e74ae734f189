extension WaveletShrinkage {
  /// What the magnitude of a coefficient is compared with.
  public enum Threshold: Sendable, Equatable {
    /// sigma · √(2 ln N), N the voxels: above it lies no noise; smooth results.
    case universal
    /// sigma² / sigma_x for each band, sigma_x the spread of its structure: the least mean error.
    case bayes
    /// Details are multiplied by a factor that compares their energy, over all bands of a block and
    /// of its neighbours, with that of the noise. Of the undecimated `haar`, white noise and the
    /// symmetric extension only; `shrinkage` has no say. Lines and tiny slices are judged as by
    /// `bayes`.
    case local
    /// A number in the unit of the volume, at least 0.
    case value(Double)
  }

  /// What becomes of the coefficients.
  public enum Shrinkage: String, Sendable, CaseIterable {
    /// Those above the threshold move towards zero by it.
    case soft
    /// Those above the threshold are kept as they are.
    case hard
    /// Between the two: large ones are hardly moved (Gao, 1998).
    case garrote
  }

  /// How the noise is spread over the levels.
  public enum Noise: String, Sendable, CaseIterable {
    /// Equally: one sigma for all bands.
    case white
    /// A sigma for each band, measured in it (Johnstone and Silverman, 1997), for noise that
    /// neighbouring voxels share, as behind a detector's blur or a reconstruction filter.
    ///
    /// Measured on the object only, as what lies around it may be empty. It grows fourfold to the
    /// second level, by half to the third and then no more, so that texture does not pass for noise.
    /// `bayes` takes three sigma at most; flat places stay as they are, and so do the range of the
    /// values and, where most of the surroundings is empty, their sum.
    case levelDependent = "level-dependent"
  }

  /// Whether slices are restored together.
  public enum Dimensions: String, Sendable, CaseIterable {
    /// As a volume from 16 slices on, unless they lie more than three voxels apart.
    case auto
    /// Slice by slice.
    case two = "2"
    /// As a volume.
    case three = "3"
  }
}
