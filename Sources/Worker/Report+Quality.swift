extension Report {
  /// How the picture changed.
  public struct QualityNote: Sendable, Codable, Equatable {
    /// The source.
    public var before: Picture?
    /// The result.
    public var after: Picture?
    /// The result against the source; nil when the grid changed.
    public var change: Change?

    /// Creates a note of all parts.
    public init(before: Picture?, after: Picture?, change: Change?) {
      self.before = before
      self.after = after
      self.change = change
    }
  }

  /// A picture in figures.
  public struct Picture: Sendable, Codable, Equatable {
    /// Bits.
    public var entropy: Double?
    /// See `docs/methods.md`.
    public var contrast: Double?
    /// See `docs/methods.md`.
    public var sharpness: Double?
    /// Standard deviation, in units of the scan.
    public var noiseSigma: Double?

    /// Creates a note of all parts.
    public init(entropy: Double?, contrast: Double?, sharpness: Double?, noiseSigma: Double?) {
      self.entropy = entropy
      self.contrast = contrast
      self.sharpness = sharpness
      self.noiseSigma = noiseSigma
    }

    enum CodingKeys: String, CodingKey {
      case entropy, contrast, sharpness
      case noiseSigma = "noise_sigma"
    }
  }

  /// A result against its source.
  public struct Change: Sendable, Codable, Equatable {
    /// dB; nil when nothing changed (infinite).
    public var psnr: Double?
    /// 1 when nothing changed.
    public var ssim: Double?
    /// In units of the scan.
    public var mae: Double?
    /// Mean of the result less that of the source.
    public var meanShift: Double?

    /// Creates a note of all parts.
    public init(psnr: Double?, ssim: Double?, mae: Double?, meanShift: Double?) {
      self.psnr = psnr
      self.ssim = ssim
      self.mae = mae
      self.meanShift = meanShift
    }

    enum CodingKeys: String, CodingKey {
      case psnr = "psnr_db"
      case ssim, mae
      case meanShift = "mean_shift"
    }
  }
}
