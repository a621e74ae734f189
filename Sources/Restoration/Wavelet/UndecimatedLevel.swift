import RestorationKernels
import VolumeModel

/// One level of the undecimated transform on a grid of given size.
struct UndecimatedLevel: Sendable {
  /// Samples along x, y and z.
  let dimensions: SIMD3<Int>
  /// Coefficients of every band along x, y and z.
  let extended: SIMD3<Int>
  private let shrinker: BandShrinker
  private let thresholds: [Double]
  private let axes: [UndecimatedAxis]

  init(shrinker: BandShrinker, thresholds: [Double], level: Int, dimensions: SIMD3<Int>) {
    self.shrinker = shrinker
    self.thresholds = thresholds
    self.dimensions = dimensions
    let reach = (shrinker.bank.length - 1) << level
    let extended = SIMD3<Int>(
      dimensions.x + (shrinker.axes.contains(0) ? reach : 0),
      dimensions.y + (shrinker.axes.contains(1) ? reach : 0),
      dimensions.z + (shrinker.axes.contains(2) ? reach : 0))
    self.extended = extended
    let plane = dimensions.x * dimensions.y
    let strides = [
      UndecimatedAxis.Strides(samples: 1, channels: extended.x, approximation: 1),
      .init(samples: dimensions.x, channels: extended.y * dimensions.x, approximation: extended.x),
      .init(
        samples: plane, channels: extended.z * plane, approximation: extended.x * extended.y),
    ]
    axes = (0..<3).map { axis in
      UndecimatedAxis(
        count: dimensions[axis], dilation: 1 << level, bank: shrinker.bank,
        mode: shrinker.method.mode, isActive: shrinker.axes.contains(axis),
        strides: strides[axis])
    }
  }

  /// Channels along y and z: both where the axis is transformed.
  private var channels: (y: Int, z: Int) { (axes[1].channels, axes[2].channels) }

  /// Splits samples, shrinks the details and merges them.
  ///
  /// - Returns: The part of the samples that the details make, on `dimensions`, and the
  ///   approximation, on `extended`.
  func shrunkDetails(of samples: [Float]) -> (details: [Float], approximation: [Float]) {
    let plane = dimensions.x * dimensions.y
    let coefficientPlane = extended.x * extended.y
    var approximation: [Float] = []
    let channelsOfZ = filledArray(channels.z * extended.z * plane) { merged in
      approximation = filledArray(extended.z * coefficientPlane) { approximation in
        nonisolated(unsafe) let (merged, approximation) = (merged, approximation)
        samples.withUnsafeBufferPointer { buffer in
          nonisolated(unsafe) let samples = buffer.baseAddress
          inParts(of: extended.z, cost: 8 * plane) { part in
            guard let samples else { return }
            let room = SliceRoom(self)
            defer { room.deallocate() }
            for k in part {
              axes[2].split(
                samples, at: k, into: room.slices, highDistance: plane, count: plane)
              for channel in 0..<channels.z {
                shrinkSlice(
                  room.slices + channel * plane, channel: channel, room,
                  approximation: channel == 0 ? approximation + k * coefficientPlane : nil,
                  into: merged + (channel * extended.z + k) * plane)
              }
            }
          }
        }
      }
    }
    return (mergedAlongZ(channelsOfZ), approximation)
  }

  /// Splits a slice of one z channel along y and x, shrinks, and merges it again.
  private func shrinkSlice(
    _ slice: UnsafePointer<Float>, channel: Int, _ room: SliceRoom,
    approximation: UnsafeMutablePointer<Float>?, into merged: UnsafeMutablePointer<Float>
  ) {
    let stride = extended.y * dimensions.x
    for row in 0..<extended.y {
      let rows = room.rows + row * dimensions.x
      axes[1].split(
        slice, at: row, into: rows, highDistance: stride, count: dimensions.x)
      for channelY in 0..<channels.y {
        let band = channelY * channels.z + channel
        shrinkRow(
          rows + channelY * stride, band: band, room,
          approximation: band == 0 ? approximation.map { $0 + row * extended.x } : nil)
      }
    }
    for y in 0..<dimensions.y {
      axes[1].merge(
        room.rows, at: y, into: merged + y * dimensions.x, count: dimensions.x)
    }
  }

  /// Splits a row along x, shrinks both channels and merges them in its place.
  private func shrinkRow(
    _ row: UnsafeMutablePointer<Float>, band: Int, _ room: SliceRoom,
    approximation: UnsafeMutablePointer<Float>?
  ) {
    let x = axes[0]
    let low = room.coefficients
    let high = low + extended.x
    x.splitRow(row, room: room.extendedRow, into: low)
    if let approximation {
      approximation.update(from: low, count: extended.x)
      low.update(repeating: 0, count: extended.x)
    } else {
      shrinker.shrink(low, count: extended.x, threshold: thresholds[band])
    }
    guard x.channels == 2 else {
      row.update(from: low, count: dimensions.x)
      return
    }
    let highBand = band + channels.y * channels.z
    shrinker.shrink(high, count: extended.x, threshold: thresholds[highBand])
    x.merge(low, at: 0, into: row, count: dimensions.x)
  }

  private func mergedAlongZ(_ channelsOfZ: [Float]) -> [Float] {
    guard channels.z == 2 else { return channelsOfZ }
    let plane = dimensions.x * dimensions.y
    return filledArray(dimensions.z * plane) { details in
      nonisolated(unsafe) let details = details
      channelsOfZ.withUnsafeBufferPointer { buffer in
        nonisolated(unsafe) let source = buffer.baseAddress
        inParts(of: dimensions.z, cost: plane) { part in
          guard let source else { return }
          for z in part {
            axes[2].merge(
              source, at: z, into: details + z * plane, count: plane)
          }
        }
      }
    }
  }

  /// Merges an approximation on `extended` and adds it to samples on `dimensions`.
  func add(_ approximation: [Float], to samples: inout [Float]) {
    let plane = dimensions.x * dimensions.y
    let coefficientPlane = extended.x * extended.y
    approximation.withUnsafeBufferPointer { source in
      samples.withUnsafeMutableBufferPointer { target in
        nonisolated(unsafe) let (source, target) = (source.baseAddress, target.baseAddress)
        inParts(of: dimensions.z, cost: 2 * plane) { part in
          guard let source, let target else { return }
          withScratch(coefficientPlane + extended.x + dimensions.x) { slice in
            let (row, sum) = (slice + coefficientPlane, slice + coefficientPlane + extended.x)
            for z in part {
              axes[2].mergeLow(source, at: z, into: slice, count: coefficientPlane)
              for y in 0..<dimensions.y {
                axes[1].mergeLow(slice, at: y, into: row, count: extended.x)
                axes[0].mergeLow(row, at: 0, into: sum, count: dimensions.x)
                let output = target + z * plane + y * dimensions.x
                for x in 0..<dimensions.x { output[x] += sum[x] }
              }
            }
          }
        }
      }
    }
  }

  /// Uninitialized room for one slice on its way through the bands.
  private struct SliceRoom {
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
        2 * shape.x * shape.y, 2 * shape.x * extended.y, level.axes[0].extendedCount,
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
