/// Row kernels of non-local means in 16-bit lanes; each may write up to fifteen values behind its
/// count.
enum PlanarMeansRows {
  /// Squares the differences of two rows and moves the sums of columns on by a row.
  ///
  /// - Parameters:
  ///   - a: A row of the image.
  ///   - b: The same, shifted.
  ///   - squares: The squares that leave the sums; receives those that join.
  ///   - columns: The sums so far.
  ///   - moved: Receives the new ones.
  ///   - count: How many.
  ///   - scale: The integers.
  static func square(
    _ a: UnsafePointer<Int16>, _ b: UnsafePointer<Int16>, squares: UnsafeMutablePointer<Int16>,
    columns: UnsafePointer<Int16>, into moved: UnsafeMutablePointer<Int16>, count: Int,
    scale: PlanarMeansScale
  ) {
    let most = UnsignedShortLanes(repeating: scale.most)
    let factor = UnsignedShortLanes(repeating: scale.factor)
    for i in stride(from: 0, to: count, by: 16) {
      let distance = a.lanes(at: i).heldDifference(from: b.lanes(at: i)).magnitudes
      let scaled = (distance.smaller(most) &* factor).signed
      let square = scaled.roundedProduct(with: scaled)
      moved.store(columns.lanes(at: i) &+ square &- squares.lanes(at: i), at: i)
      squares.store(square, at: i)
    }
  }

  /// Weighs pairs by the sums of their columns; behind the last comes a zero.
  ///
  /// `validity` holds all bits where a voxel counts, else none, at both ends of the pairs.
  static func weigh(
    _ columns: UnsafePointer<Int16>, taps: Int, scale: PlanarMeansScale,
    validity: (UnsafePointer<Int16>, UnsafePointer<Int16>)?,
    into weights: UnsafeMutablePointer<Int16>, count: Int
  ) {
    let weight = Weight(floor: scale.floor, cutoff: scale.cutoff, shift: scale.shift)
    @inline(__always)
    func sweep(_ taps: Int, _ validity: (UnsafePointer<Int16>, UnsafePointer<Int16>)?) {
      for i in stride(from: 0, to: count, by: 16) {
        var sum = columns.lanes(at: i)
        for tap in 1..<max(1, taps) { sum = sum.heldSum(with: columns.lanes(at: i + tap)) }
        var lanes = weight.lanes(of: sum)
        if let validity { lanes &= validity.0.lanes(at: i) & validity.1.lanes(at: i) }
        weights.store(lanes, at: i)
      }
    }
    switch (taps, validity) {  // Counts known to the compiler become straight code.
    case (7, nil): sweep(7, nil)
    case (5, nil): sweep(5, nil)
    default: sweep(taps, validity)
    }
    weights.store(ShortLanes(repeating: 0), at: count)
  }

  /// From a patch's distance to its weight.
  ///
  /// With `z` a 64th of the exponent, `exp(-64 z)` is the 64th power of `1 - z + z²/2`, which is
  /// `(1 + (1 - z)²) / 2`: more than the exponential by 0.5 % at an exponent of 5, by 7 % at 12.
  struct Weight {
    private let top: ShortLanes
    private let one = UnsignedShortLanes(repeating: PlanarMeansScale.one)
    private let oneSquared = UnsignedShortLanes(repeating: PlanarMeansScale.oneSquared)
    private let most: UnsignedShortLanes
    private let cutoff: ShortLanes
    /// A factor of a power of two: lanes cannot be shifted by a number that only runs know.
    private let factor: UnsignedShortLanes

    init(floor: Int16, cutoff: Int16, shift: UInt16) {
      let most = PlanarMeansScale.one >> shift
      self.most = UnsignedShortLanes(repeating: most)
      top = ShortLanes(repeating: Int16(most) &+ floor)
      self.cutoff = ShortLanes(repeating: cutoff)
      factor = UnsignedShortLanes(repeating: 1 << shift)
    }

    /// The weights of sixteen distances, times 2¹⁵.
    @inline(__always) func lanes(of distance: ShortLanes) -> ShortLanes {
      let base = (top &- distance).unsigned.smaller(most) &* factor
      let power = base.highSquare.mean(with: oneSquared)
      let weight = power.highSquare.highSquare.highSquare.highSquare.highSquare.highSquare
      return weight.signed & distance.isLess(than: cutoff)
    }
  }

  /// The voxels of a row, and of those that make pairs with them.
  struct Neighbours {
    let own: UnsafePointer<Int16>
    let ahead: UnsafePointer<Int16>
    let behind: UnsafePointer<Int16>
    /// The weights of the pairs with those ahead.
    let forward: UnsafePointer<Int16>
    /// The weights of the pairs with those behind.
    let backward: UnsafePointer<Int16>
  }

  /// Adds both pairs of each voxel to its totals: the weights, and weight · (candidate - voxel).
  ///
  /// Of each sixteen voxels the totals hold 0 to 3, 8 to 11, 4 to 7 and 12 to 15, as the products
  /// come; `PlanarMeansTotals.place` finds them.
  static func add(
    _ row: Neighbours, steps: UnsafeMutablePointer<Int32>, weights: UnsafeMutablePointer<Int32>,
    count: Int
  ) {
    let one = ShortLanes(repeating: 1)
    for i in stride(from: 0, to: count, by: 16) {
      let own = row.own.lanes(at: i)
      let (forward, backward) = (row.forward.lanes(at: i), row.backward.lanes(at: i))
      let step = ShortLanes.products(
        (forward, row.ahead.lanes(at: i).heldDifference(from: own)),
        (backward, row.behind.lanes(at: i).heldDifference(from: own)))
      steps.add(step.0, at: i)
      steps.add(step.1, at: i + 8)
      let weight = ShortLanes.products((forward, one), (backward, one))
      weights.add(weight.0, at: i)
      weights.add(weight.1, at: i + 8)
    }
  }
}

extension UnsafeMutablePointer<Int32> {
  /// Adds eight values to those at an offset.
  @inline(__always) fileprivate func add(_ lanes: SIMD8<Int32>, at offset: Int) {
    let place = UnsafeMutableRawPointer(self + offset)
    place.storeBytes(
      of: place.loadUnaligned(as: SIMD8<Int32>.self) &+ lanes, as: SIMD8<Int32>.self)
  }
}
