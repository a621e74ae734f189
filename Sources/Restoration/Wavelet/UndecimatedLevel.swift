import RestorationKernels
import VolumeModel

/// One level of the undecimated transform on a grid of given size.
struct UndecimatedLevel: Sendable {
  /// Samples along x, y and z.
  let dimensions: SIMD3<Int>
  /// Coefficients of every band along x, y and z.
  let extended: SIMD3<Int>
  let shrinker: BandShrinker
  private let thresholds: [Double]
  // Not in an array: taking an element out of one counts references, once a row.
  let xAxis: UndecimatedAxis
  let yAxis: UndecimatedAxis
  private let zAxis: UndecimatedAxis
  private let batches: SliceBatches

  /// Samples that a batch has at least, so that all cores have something to do; and slices.
  private static let leastBatch = (samples: 1 << 18, slices: 16)

  init(shrinker: BandShrinker, thresholds: [Double], level: Int, dimensions: SIMD3<Int>) {
    self.shrinker = shrinker
    self.thresholds = thresholds
    self.dimensions = dimensions
    let taps = shrinker.bank.length
    let extended = Self.extended(dimensions, taps: taps, axes: shrinker.axes, level: level)
    self.extended = extended
    let plane = dimensions.x * dimensions.y
    let mode = shrinker.method.mode
    batches = SliceBatches(
      sources: (0..<extended.z).map { o in
        guard extended.z > dimensions.z else { return [o] }
        return (0..<taps).map { mode.source(of: o - $0 << level, count: dimensions.z) }
      }, count: dimensions.z, batch: Self.batch(plane: Double(plane)))
    let strides = [
      UndecimatedAxis.Strides(samples: 1, channels: extended.x, approximation: 1),
      .init(samples: dimensions.x, channels: extended.y * dimensions.x, approximation: extended.x),
      .init(
        samples: plane, channels: batches.capacity * plane,
        approximation: extended.x * extended.y),
    ]
    func plan(_ axis: Int) -> UndecimatedAxis {
      UndecimatedAxis(
        count: dimensions[axis], dilation: 1 << level, bank: shrinker.bank, mode: mode,
        isActive: shrinker.axes.contains(axis), strides: strides[axis])
    }
    (xAxis, yAxis, zAxis) = (plan(0), plan(1), plan(2))
  }

  /// Slices of coefficients that are made at a time, of planes of that many samples.
  static func batch(plane: Double) -> Int {
    max(leastBatch.slices, Int(Double(leastBatch.samples) / max(plane, 1)))
  }

  /// Coefficients of every band along x, y and z: the filter's reach is added to the samples.
  static func extended(
    _ dimensions: SIMD3<Int>, taps: Int, axes: [Int], level: Int
  ) -> SIMD3<Int> {
    var extended = dimensions
    for axis in axes { extended[axis] += (taps - 1) << level }
    return extended
  }

  /// Channels along y and z: both where the axis is transformed.
  private var channels: (y: Int, z: Int) { (yAxis.channels, zAxis.channels) }

  /// The approximation of samples, on `extended`.
  func approximation(of samples: [Float]) -> [Float] {
    let plane = dimensions.x * dimensions.y
    return filledArray(extended.x * extended.y * extended.z) { output in
      nonisolated(unsafe) let output = output
      samples.withUnsafeBufferPointer { buffer in
        nonisolated(unsafe) let samples = buffer.baseAddress
        inParts(of: extended.z, cost: 3 * plane) { part in
          guard let samples else { return }
          withScratch(plane + dimensions.x + xAxis.extendedCount) { slice in
            let (row, room) = (slice + plane, slice + plane + dimensions.x)
            for k in part {
              zAxis.splitLow(samples, at: k, into: slice, count: plane)
              for y in 0..<extended.y {
                yAxis.splitLow(slice, at: y, into: row, count: dimensions.x)
                xAxis.splitRowLow(
                  row, room: room, into: output + (k * extended.y + y) * extended.x)
              }
            }
          }
        }
      }
    }
  }

  /// Splits samples, shrinks the details and merges them with an approximation, in their place.
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - below: The restored approximation, on `extended`; nil takes that of the samples.
  func restore(_ samples: inout [Float], below: [Float]?) {
    let plane = dimensions.x * dimensions.y
    let coefficientPlane = below == nil ? extended.x * extended.y : 0
    let capacity = batches.capacity
    withScratch(channels.z * capacity * plane + capacity * coefficientPlane) { merged in
      let approximation = below == nil ? merged + channels.z * capacity * plane : nil
      samples.withUnsafeMutableBufferPointer { buffer in
        guard let samples = buffer.baseAddress else { return }
        var start = 0
        for batch in batches.batches {
          let held = (batch.coefficients.lowerBound - batch.samples.lowerBound)
          let done = batch.samples.lowerBound - start
          // What is still needed moves to the front.
          for channel in 0..<channels.z where done > 0 {
            let first = merged + channel * capacity * plane
            first.update(from: first + done * plane, count: held * plane)
          }
          if let approximation, done > 0 {
            approximation.update(
              from: approximation + done * coefficientPlane, count: held * coefficientPlane)
          }
          start = batch.samples.lowerBound
          split(
            samples, batch.coefficients, from: start, into: merged, approximation: approximation)
          if let below {
            below.withUnsafeBufferPointer {
              merge(merged, batch.samples, from: start, into: samples, $0.baseAddress, from: 0)
            }
          } else {
            merge(
              merged, batch.samples, from: start, into: samples, approximation, from: start)
          }
        }
      }
    }
  }

  /// Makes slices of coefficients, shrunk and merged along x and y.
  private func split(
    _ samples: UnsafePointer<Float>, _ slices: Range<Int>, from start: Int,
    into merged: UnsafeMutablePointer<Float>, approximation: UnsafeMutablePointer<Float>?
  ) {
    let plane = dimensions.x * dimensions.y
    let coefficientPlane = extended.x * extended.y
    nonisolated(unsafe) let (samples, merged, approximation) = (samples, merged, approximation)
    inParts(of: slices.count, cost: 8 * plane) { part in
      let room = SliceRoom(self)
      defer { room.deallocate() }
      for i in part {
        let k = slices.lowerBound + i
        zAxis.split(samples, at: k, into: room.slices, highDistance: plane, count: plane)
        for channel in 0..<channels.z {
          shrinkSlice(
            room.slices + channel * plane, channel: channel, room,
            approximation: channel == 0
              ? approximation.map { $0 + (k - start) * coefficientPlane } : nil,
            into: merged + (channel * batches.capacity + k - start) * plane)
        }
      }
    }
  }

  /// Merges slices along z, and adds what the approximation makes of them.
  private func merge(
    _ merged: UnsafePointer<Float>, _ slices: Range<Int>, from start: Int,
    into samples: UnsafeMutablePointer<Float>, _ approximation: UnsafePointer<Float>?,
    from approximationStart: Int
  ) {
    let plane = dimensions.x * dimensions.y
    let coefficientPlane = extended.x * extended.y
    nonisolated(unsafe) let (merged, samples, source) = (merged, samples, approximation)
    inParts(of: slices.count, cost: 3 * plane) { part in
      guard let source else { return }
      withScratch(coefficientPlane + extended.x + dimensions.x) { slice in
        let (row, sum) = (slice + coefficientPlane, slice + coefficientPlane + extended.x)
        for i in part {
          let z = slices.lowerBound + i
          let output = samples + z * plane
          zAxis.merge(merged, at: z - start, into: output, count: plane)
          zAxis.mergeLow(
            source, at: z - approximationStart, into: slice, count: coefficientPlane)
          for y in 0..<dimensions.y {
            yAxis.mergeLow(slice, at: y, into: row, count: extended.x)
            xAxis.mergeLow(row, at: 0, into: sum, count: dimensions.x)
            for x in 0..<dimensions.x { output[y * dimensions.x + x] += sum[x] }
          }
        }
      }
    }
  }

  /// Splits a slice of one z channel along y and x, shrinks, and merges it again.
  func shrinkSlice(
    _ slice: UnsafePointer<Float>, channel: Int, _ room: SliceRoom,
    approximation: UnsafeMutablePointer<Float>?, into merged: UnsafeMutablePointer<Float>
  ) {
    let stride = extended.y * dimensions.x
    for row in 0..<extended.y {
      let rows = room.rows + row * dimensions.x
      yAxis.split(
        slice, at: row, into: rows, highDistance: stride, count: dimensions.x)
      for channelY in 0..<channels.y {
        let band = channelY * channels.z + channel
        shrinkRow(
          rows + channelY * stride, band: band, room,
          approximation: band == 0 ? approximation.map { $0 + row * extended.x } : nil)
      }
    }
    for y in 0..<dimensions.y {
      yAxis.merge(
        room.rows, at: y, into: merged + y * dimensions.x, count: dimensions.x)
    }
  }

  /// Splits a row along x, shrinks both channels and merges them in its place.
  private func shrinkRow(
    _ row: UnsafeMutablePointer<Float>, band: Int, _ room: SliceRoom,
    approximation: UnsafeMutablePointer<Float>?
  ) {
    let low = room.coefficients
    let high = low + extended.x
    xAxis.splitRow(row, room: room.extendedRow, into: low)
    if band == 0 {
      approximation?.update(from: low, count: extended.x)
      low.update(repeating: 0, count: extended.x)
    } else {
      shrinker.shrink(low, count: extended.x, threshold: thresholds[band])
    }
    guard xAxis.channels == 2 else {
      row.update(from: low, count: dimensions.x)
      return
    }
    let highBand = band + channels.y * channels.z
    shrinker.shrink(high, count: extended.x, threshold: thresholds[highBand])
    xAxis.merge(low, at: 0, into: row, count: dimensions.x)
  }

  /// Uninitialized room for one slice on its way through the bands.
  struct SliceRoom {
    /// Both z channels of a slice.
    let slices: UnsafeMutablePointer<Float>
    /// Both y channels of one of them.
    let rows: UnsafeMutablePointer<Float>
    /// A row with what lies beyond its ends.
    let extendedRow: UnsafeMutablePointer<Float>
    /// Both x channels of a row.
    let coefficients: UnsafeMutablePointer<Float>

    init(_ level: UndecimatedLevel) {
      let (shape, extended) = (level.dimensions, level.extended)
      let counts = [
        2 * shape.x * shape.y, 2 * shape.x * extended.y, level.xAxis.extendedCount,
        2 * extended.x,
      ]
      slices = .allocate(capacity: counts.reduce(0, +))
      rows = slices + counts[0]
      extendedRow = rows + counts[1]
      coefficients = extendedRow + counts[2]
    }

    func deallocate() { slices.deallocate() }
  }
}
