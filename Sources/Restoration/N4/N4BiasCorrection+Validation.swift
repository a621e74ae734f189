import VolumeModel

extension N4BiasCorrection {
  /// Throws when a parameter is out of its range.
  func validate(for volume: Volume, _ excluded: Mask?) throws {
    try check("shrink", shrink, in: 1...16)
    try check("the number of levels in iterations", iterations.count, in: 1...8)
    for limit in iterations { try check("an entry of iterations", limit, in: 0...1000) }
    try check("convergenceThreshold", convergenceThreshold, in: 0...1)
    try check("histogramBins", histogramBins, in: 16...4096)
    try check("wienerFilterNoise", wienerFilterNoise, in: 1e-12...10)
    try check("fullWidthAtHalfMaximum", fullWidthAtHalfMaximum, in: 1e-3...10)
    try check("splineOrder", splineOrder, in: 1...3)
    try check("an entry of controlPoints", controlPoints.min(), in: (splineOrder + 1)...64)
    try check("an entry of controlPoints", controlPoints.max(), in: (splineOrder + 1)...64)
    if let splineDistance { try check("splineDistance", splineDistance, in: 0.1...1e5) }
    if let excluded, excluded.dimensions != volume.dimensions {
      throw RestorationError(
        .invalidParameter, "What n4 is to exclude has other dimensions than the volume.")
    }
    let spacing = volume.voxelSpacing
    guard spacing.min() > 0, spacing.max() < .infinity else {
      throw RestorationError(.unfitVolume, "The voxel spacing is not a positive number of mm.")
    }
  }

  /// The axes of the lattice for a volume.
  func latticeAxes(for volume: Volume) throws -> [LatticeAxis] {
    let finest = finestSpacing(of: volume)
    let axes = (0..<3).map { axis in
      LatticeAxis(
        count: volume.dimensions[axis], spacing: volume.voxelSpacing[axis], finest: finest,
        controlPoints: controlPoints[axis], method: self)
    }
    let finestLattice = axes.reduce(1) { $0 * $1.basis(level: iterations.count - 1).stored }
    guard finestLattice <= 1 << 24 else {
      throw RestorationError(
        .invalidParameter,
        "The finest lattice of n4 has \(finestLattice) control points, more than \(1 << 24); "
          + "raise splineDistance or ask for fewer levels.")
    }
    return axes
  }

  private func finestSpacing(of volume: Volume) -> Double {
    let axes = (0..<3).filter { volume.dimensions[$0] > 1 }
    return axes.map { volume.voxelSpacing[$0] }.min() ?? 1
  }

  private func check<Value: Comparable>(
    _ name: String, _ value: Value, in range: ClosedRange<Value>
  ) throws {
    guard range.contains(value) else {
      throw RestorationError(
        .invalidParameter,
        "In n4, \(name) is \(value); allowed is \(range.lowerBound) to \(range.upperBound).")
    }
  }
}
