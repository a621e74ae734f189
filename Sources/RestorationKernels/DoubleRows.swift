/// Doubles that are worked on together.
typealias DoubleLanes = SIMD8<Double>

extension DoubleLanes {
  /// The sum of all lanes, halves first.
  @inline(__always) var total: Double {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

extension UnsafeMutablePointer<Double> {
  /// The values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> DoubleLanes {
    UnsafeRawPointer(self + offset).loadUnaligned(as: DoubleLanes.self)
  }

  /// Puts values down at an offset, at any alignment.
  @inline(__always) func store(_ lanes: DoubleLanes, at offset: Int) {
    UnsafeMutableRawPointer(self + offset).storeBytes(of: lanes, as: DoubleLanes.self)
  }
}

/// A small matrix whose rows are padded with zeros to whole lanes.
///
/// What goes over a row reads and writes whole lanes; padding stays 0, for it is multiplied and added
/// to itself only. It belongs to one thread.
final class DoubleRows {
  let rows: Int
  let columns: Int
  /// From one row to the next, a multiple of the lanes.
  let stride: Int
  private let values: UnsafeMutablePointer<Double>

  /// Makes a matrix of zeros.
  init(rows: Int, columns: Int) {
    let lanes = DoubleLanes.scalarCount
    (self.rows, self.columns) = (rows, columns)
    stride = (columns + lanes - 1) / lanes * lanes
    let count = max(1, rows * stride)
    let bytes = count * MemoryLayout<Double>.stride
    values = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Double.self, capacity: count)
    values.initialize(repeating: 0, count: count)
  }

  deinit { values.deallocate() }

  /// The first element of a row.
  @inline(__always) subscript(row: Int) -> UnsafeMutablePointer<Double> { values + row * stride }

  /// Sets all to 0.
  func clear() { values.update(repeating: 0, count: rows * stride) }

  /// Sets all to 0 but the diagonal, which becomes 1.
  func becomeIdentity() {
    clear()
    for i in 0..<min(rows, columns) { self[i][i] = 1 }
  }

  /// Becomes another matrix of the same size.
  func become(_ other: DoubleRows) { values.update(from: other.values, count: rows * stride) }

  /// Becomes another matrix with rows for columns.
  func becomeTransposed(_ other: DoubleRows) {
    for i in 0..<rows {
      let row = self[i]
      var source = other[0] + i
      for j in 0..<columns {
        row[j] = source.pointee
        source += other.stride
      }
    }
  }

  /// `output[j] = Σ weights[i] · self[i][j]` over some rows, from the lanes of a column on.
  func combine(
    _ range: Range<Int>, weights: UnsafeMutablePointer<Double>, from column: Int,
    into output: UnsafeMutablePointer<Double>
  ) {
    let lanes = DoubleLanes.scalarCount
    var j = column / lanes * lanes
    while j + 4 * lanes <= stride {
      var (a, b, c, d) = (DoubleLanes.zero, DoubleLanes.zero, DoubleLanes.zero, DoubleLanes.zero)
      for i in range {
        let (row, weight) = (self[i] + j, DoubleLanes(repeating: weights[i]))
        a.addProduct(row.lanes(at: 0), weight)
        b.addProduct(row.lanes(at: lanes), weight)
        c.addProduct(row.lanes(at: 2 * lanes), weight)
        d.addProduct(row.lanes(at: 3 * lanes), weight)
      }
      output.store(a, at: j)
      output.store(b, at: j + lanes)
      output.store(c, at: j + 2 * lanes)
      output.store(d, at: j + 3 * lanes)
      j += 4 * lanes
    }
    while j < stride {
      var sum = DoubleLanes.zero
      for i in range {
        sum.addProduct((self[i] + j).lanes(at: 0), DoubleLanes(repeating: weights[i]))
      }
      output.store(sum, at: j)
      j += lanes
    }
  }

  /// `self[i][j] += weights[i] · row[j]` for some rows, from the lanes of a column on.
  func add(
    _ row: UnsafeMutablePointer<Double>, times weights: UnsafeMutablePointer<Double>,
    to range: Range<Int>, from column: Int
  ) {
    let lanes = DoubleLanes.scalarCount
    let first = column / lanes * lanes
    for i in range {
      let (target, weight) = (self[i], DoubleLanes(repeating: weights[i]))
      var j = first
      while j < stride {
        target.store(target.lanes(at: j).addingProduct(row.lanes(at: j), weight), at: j)
        j += lanes
      }
    }
  }

  /// Becomes `scale · factorᵀ factor`, each sum in the order of the rows.
  ///
  /// Four rows of the result by eight columns at a time; what lies below the diagonal is copied.
  func becomeGram(of factor: DoubleRows, scale: Double) {
    let lanes = DoubleLanes.scalarCount
    for i in Swift.stride(from: 0, to: rows, by: 4) {
      for j in Swift.stride(from: i / lanes * lanes, to: stride, by: lanes) {
        var (a, b) = (DoubleLanes.zero, DoubleLanes.zero)
        var (c, d) = (DoubleLanes.zero, DoubleLanes.zero)
        for v in 0..<factor.rows {
          let row = factor[v]
          let values = row.lanes(at: j)
          a.addProduct(values, DoubleLanes(repeating: row[i]))
          b.addProduct(values, DoubleLanes(repeating: row[i + 1]))
          c.addProduct(values, DoubleLanes(repeating: row[i + 2]))
          d.addProduct(values, DoubleLanes(repeating: row[i + 3]))
        }
        let left = rows - i
        self[i].store(a * scale, at: j)
        if left > 1 { self[i + 1].store(b * scale, at: j) }
        if left > 2 { self[i + 2].store(c * scale, at: j) }
        if left > 3 { self[i + 3].store(d * scale, at: j) }
      }
    }
    for i in 0..<rows {
      for j in 0..<i { self[i][j] = self[j][i] }
    }
  }
}
