import VolumeModel

extension NiftiHeader {
  /// The header of a result: this one, for other voxels in a single little-endian file.
  ///
  /// Keeps everything that does not depend on the voxels' values, count or place.
  ///
  /// - Parameters:
  ///   - dimensions: The grid of one volume.
  ///   - count: How many volumes there are.
  ///   - affine: Where the voxels lie in LPS and mm; nil when that is as it was.
  ///   - type: How the voxels are stored.
  ///   - rescale: From stored values to values.
  ///   - voxelStart: Where the voxels begin.
  /// - Returns: The header, ready to be encoded.
  /// - Throws: `writeFailed` for what NIfTI-1 cannot express.
  func result(
    dimensions: SIMD3<Int>, volumeCount count: Int, affine: Affine3?, type: StoredType,
    rescale: Rescale, voxelStart: Int
  ) throws(NiftiError) -> NiftiHeader {
    var result = self
    result.isBigEndian = false
    result.magic = Self.singleFileMagic(version)
    result.datatype = type.rawValue
    result.bitpix = type.bitsPerVoxel
    result.sclSlope = rescale.slope
    result.sclInter = rescale.intercept
    result.voxOffset = Double(voxelStart)
    if dimensions != volumeDimensions { result.forgetSliceTiming() }
    try result.setGrid(dimensions, volumeCount: count)
    if let affine, affine != voxelToPatient { try result.move(from: self, to: affine) }
    guard version == .two || Double(Float(voxelStart)) == Double(voxelStart) else {
      throw NiftiError(.unsupported, "the extensions are too long for NIfTI-1")
    }
    return result
  }

  /// Which slice was taken when means nothing on another grid.
  private mutating func forgetSliceTiming() {
    (sliceStart, sliceEnd, sliceCode, sliceDuration) = (0, 0, 0, 0)
  }

  private mutating func setGrid(
    _ dimensions: SIMD3<Int>, volumeCount count: Int
  ) throws(NiftiError) {
    let counts = [dimensions.x, dimensions.y, dimensions.z]
    if count != volumeCount {
      dim.replaceSubrange(4..., with: [count, 1, 1, 1])
      dim[0] = count > 1 ? 4 : 3
    }
    for axis in 1...3 {
      dim[axis] = counts[axis - 1]
      if counts[axis - 1] > 1 { dim[0] = max(dim[0], axis) }
    }
    guard version == .two || dim.allSatisfy({ $0 <= Int(Int16.max) }) else {
      throw NiftiError(.unsupported, "the grid is too large for NIfTI-1")
    }
  }

  /// Moves sform, qform and `pixdim` to another grid, each within its own space.
  ///
  /// The two forms may lead to different spaces (a scanner's and a template's), so both follow the
  /// map from the new grid's voxels to the old ones'.
  private mutating func move(from old: NiftiHeader, to affine: Affine3) throws(NiftiError) {
    guard affine.spansSpace, affine.origin.sum().isFinite else {
      throw NiftiError(.unsupported, "the affine does not span space")
    }
    let newToOld = old.voxelToPatient.patientToVoxel.after(affine)
    if let form = old.sform { setSform(form.after(newToOld)) }
    let scanned = old.qform.map { $0.after(newToOld) }
    setSteps((scanned ?? affine).spacing)
    if let scanned { setQform(scanned) }
  }

  private mutating func setSteps(_ spacing: SIMD3<Double>) {
    for axis in 0..<3 { pixdim[axis + 1] = spacing[axis] / millimetresPerUnit }
  }

  private mutating func setSform(_ form: Affine3) {
    let columns = [form.x, form.y, form.z, form.origin].map(stored)
    for row in 0..<3 {
      for column in 0..<4 { srow[4 * row + column] = columns[column][row] }
    }
  }

  /// Stores the rotation nearest to a form; the qform cannot hold a shear.
  private mutating func setQform(_ form: Affine3) {
    let spacing = form.spacing
    let axes = [form.x / spacing.x, form.y / spacing.y, form.z / spacing.z].map {
      $0 * SIMD3(-1, -1, 1)
    }
    let handedness: Double = dot(axes[0], cross(axes[1], axes[2])) < 0 ? -1 : 1
    let rotation = Rotation(nearestTo: axes[0], axes[1], axes[2] * handedness)
    let parts = rotation.quaternion
    let origin = stored(form.origin)
    pixdim[0] = handedness
    quatern = [parts.x, parts.y, parts.z]
    qoffset = [origin.x, origin.y, origin.z]
  }

  /// From LPS and mm to RAS and the header's unit.
  private func stored(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    vector * SIMD3(-1, -1, 1) / millimetresPerUnit
  }
}
