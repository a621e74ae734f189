// A reader of `report.json` finds every key; what is not known, or has no meaning, is null. Only
// revisions have keys of their own besides.

extension Report {
  /// Writes every key; nil as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(job, forKey: .job)
    try container.encode(restorad, forKey: .restorad)
    if let supersedes {
      try container.encode(revision, forKey: .revision)
      try container.encode(supersedes, forKey: .supersedes)
    }
    try container.encode(source, forKey: .source)
    try container.encode(recipe, forKey: .recipe)
    try container.encode(steps, forKey: .steps)
    try container.encode(result, forKey: .result)
    try container.encode(quality, forKey: .quality)
    try container.encode(timing, forKey: .timing)
    try container.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
    try container.encode(warnings, forKey: .warnings)
  }
}

extension Report.Source {
  /// Writes every key; nil as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(format, forKey: .format)
    try container.encode(files, forKey: .files)
    try container.encode(study, forKey: .study)
    try container.encode(series, forKey: .series)
    try container.encode(modality, forKey: .modality)
    try container.encode(shape, forKey: .shape)
    try container.encode(spacing, forKey: .spacing)
    try container.encode(dtype, forKey: .dtype)
  }
}

extension Report.Result {
  /// Writes every key; nil as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(files, forKey: .files)
    try container.encode(series, forKey: .series)
    try container.encode(shape, forKey: .shape)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(clippedVoxels, forKey: .clippedVoxels)
    try container.encode(attributes, forKey: .attributes)
  }
}

extension Report.QualityNote {
  enum CodingKeys: String, CodingKey {
    case before, after, change
  }

  /// Writes every key; nil as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(before, forKey: .before)
    try container.encode(after, forKey: .after)
    try container.encode(change, forKey: .change)
  }
}

extension Report.Picture {
  /// Writes every key; nil as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entropy, forKey: .entropy)
    try container.encode(contrast, forKey: .contrast)
    try container.encode(sharpness, forKey: .sharpness)
    try container.encode(noiseSigma, forKey: .noiseSigma)
  }
}

extension Report.Change {
  /// Writes every key; nil as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(psnr, forKey: .psnr)
    try container.encode(ssim, forKey: .ssim)
    try container.encode(mae, forKey: .mae)
    try container.encode(meanShift, forKey: .meanShift)
  }
}
