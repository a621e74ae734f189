/// Row kernels of non-local means in 16-bit lanes, for two shifts by turns; each may write up to a
/// vector less one value behind its count.
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
    for i in stride(from: 0, to: count, by: ShortLanes.scalarCount) {
      let distance = a.lanes(at: i).heldDifference(from: b.lanes(at: i)).magnitudes
      let scaled = (distance.smaller(most) &* factor).signed
      let square = scaled.roundedProduct(with: scaled)
      moved.store(columns.lanes(at: i) &+ square &- squares.lanes(at: i), at: i)
      squares.store(square, at: i)
    }
  }

  /// Weighs pairs by the sums of their columns; behind the last come zeros.
  ///
  /// - Parameters:
  ///   - columns: The sums, from the first of a patch on.
  ///   - taps: Columns in a patch.
  ///   - weight: From sums to weights.
  ///   - validity: All bits where a voxel counts, else none, at both ends of the pairs.
  ///   - weights: Receives the weights.
  ///   - count: How many.
  static func weigh(
    _ columns: UnsafePointer<Int16>, taps: Int, weight: Weight,
    validity: (UnsafePointer<Int16>, UnsafePointer<Int16>)?,
    into weights: UnsafeMutablePointer<Int16>, count: Int
  ) {
    @inline(__always)
    func sweep(_ taps: Int, _ validity: (UnsafePointer<Int16>, UnsafePointer<Int16>)?) {
      for i in stride(from: 0, to: count, by: ShortLanes.scalarCount) {
        var sum = columns.lanes(at: i)
        for tap in 1..<max(1, taps) { sum = sum.heldSum(with: columns.lanes(at: i + 2 * tap)) }
        var lanes = weight.lanes(of: sum)
        if let validity {
          let both = validity.0.lanes(at: i).common(with: validity.1.lanes(at: i))
          lanes = lanes.common(with: both)
        }
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

    /// - Parameters:
    ///   - floor: The distance that noise alone makes.
    ///   - cutoffs: The distance from which a weight is nothing, of the first shift's pairs and of
    ///     the second's; 0 where a shift has none.
    ///   - shift: From a distance to the base of its weight, in bits.
    init(floor: Int16, cutoffs: SIMD2<Int16>, shift: UInt16) {
      let most = PlanarMeansScale.one >> shift
      self.most = UnsignedShortLanes(repeating: most)
      top = ShortLanes(repeating: Int16(most) &+ floor)
      cutoff = ShortLanes(repeating: cutoffs)
      factor = UnsignedShortLanes(repeating: 1 << shift)
    }

    /// The weights of distances, times 2¹⁵.
    @inline(__always) func lanes(of distance: ShortLanes) -> ShortLanes {
      let base = (top &- distance).unsigned.smaller(most) &* factor
      let power = base.highSquare.mean(with: oneSquared)
      let weight = power.highSquare.highSquare.highSquare.highSquare.highSquare.highSquare
      return weight.signed.whereLess(distance, than: cutoff)
    }
  }

  /// The voxels of a row, and of those that make pairs with them, by turns of two shifts.
  struct Neighbours {
    let own: UnsafePointer<Int16>
    let ahead: UnsafePointer<Int16>
    let behind: UnsafePointer<Int16>
    /// The weights of the pairs with those ahead.
    let forward: UnsafePointer<Int16>
    /// The weights of the pairs with those behind.
    let backward: UnsafePointer<Int16>
  }

  /// Adds the four pairs of each voxel to its totals: the weights, and weight · (candidate -
  /// voxel).
  static func add(
    _ row: Neighbours, steps: UnsafeMutablePointer<Int32>, weights: UnsafeMutablePointer<Int32>,
    count: Int
  ) {
    let one = ShortLanes(repeating: 1)
    for i in stride(from: 0, to: count, by: PairSums.scalarCount) {
      let own = row.own.lanes(at: 2 * i)
      let (forward, backward) = (row.forward.lanes(at: 2 * i), row.backward.lanes(at: 2 * i))
      let ahead = row.ahead.lanes(at: 2 * i).heldDifference(from: own)
      let behind = row.behind.lanes(at: 2 * i).heldDifference(from: own)
      steps.add(forward.pairProducts(with: ahead) &+ backward.pairProducts(with: behind), at: i)
      weights.add(forward.pairProducts(with: one) &+ backward.pairProducts(with: one), at: i)
    }
  }
}
