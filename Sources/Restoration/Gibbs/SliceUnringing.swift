import RestorationKernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The unringing of one slice.
///
/// Where zeros were put around k-space, the voxels of the slice are a few interleaved samplings of one
/// band-limited picture, each with the distance of the acquired voxels. The ringing has the period of
/// two of these, so each sampling is unrung by itself. Unringing one and interpolating the others from
/// it would draw the ringing again.
struct SliceUnringing {
  let method: GibbsUnringing
  let layout: SliceLayout
  let acquired: AcquiredGrid

  /// What is to be added to a slice, columns fastest: F⁻¹(Gx F(Jx - I) + Gy F(Jy - I)).
  func change(_ plane: [Float]) -> [Float] {
    let (columns, rows) = (layout.columns, layout.rows)
    let turned = transposed(plane, columns, rows)
    var along = PlaneSpectrum(
      of: alongRows(plane, columns, acquired.columns), columns: columns)
    let down = PlaneSpectrum(
      of: transposed(alongRows(turned, rows, acquired.rows), rows, columns), columns: columns)
    let across = cosines(columns, acquired.columns)
    for (row, y) in cosines(rows, acquired.rows).enumerated() {
      for (column, x) in across.enumerated() {
        let share = x + y > 1e-12 ? y / (x + y) : 0.5
        for i in 2 * (row * columns + column)...2 * (row * columns + column) + 1 {
          along.values[i] = share * along.values[i] + (1 - share) * down.values[i]
        }
      }
    }
    return along.plane()
  }

  /// 1 + cos k for each frequency k, which is π at the edge of what was acquired and beyond.
  private func cosines(_ count: Int, _ acquired: Int) -> [Double] {
    (0..<count).map { index in
      let frequency = Double(min(index, count - index)) / Double(acquired)
      return 1 + cos(2 * Double.pi * min(frequency, 0.5))
    }
  }

  /// What unringing along the rows adds.
  private func alongRows(_ plane: [Float], _ columns: Int, _ acquired: Int) -> [Float] {
    let unringing = LineUnringing(count: acquired, shifts: method.shifts, window: method.window)
    let sampling = LineSampling(count: columns, acquired: acquired)
    var change = [Float](repeating: 0, count: plane.count)
    var pair = [Double](repeating: 0, count: 2 * columns)
    let rows = plane.count / columns
    for row in stride(from: 0, to: rows, by: 2) {
      let second = min(row + 1, rows - 1)
      for i in 0..<columns {
        pair[2 * i] = Double(plane[row * columns + i])
        pair[2 * i + 1] = Double(plane[second * columns + i])
      }
      sampling.load(pair)
      for phase in sampling.phases {
        var line = sampling.line(phase)
        unringing.correct(&line)
        for (i, place) in sampling.places(phase) {
          change[row * columns + i] = Float(line[2 * place])
          change[second * columns + i] = Float(line[2 * place + 1])
        }
      }
    }
    return change
  }

  private func transposed(_ plane: [Float], _ columns: Int, _ rows: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { plane[$0 * columns + column] } }
  }
}

/// The samplings, at the distance of acquired voxels, that make up pairs of lines.
private final class LineSampling {
  /// Samplings: 1 where every voxel was acquired.
  let phases: Range<Int>

  private let count: Int
  private let acquired: Int
  private let divisor: Int
  private let forward: FourierTransform
  private let inverse: FourierTransform
  private var pair: [Double] = []
  private var spectrum: [Double]

  init(count: Int, acquired: Int) {
    (self.count, self.acquired) = (count, acquired)
    divisor = AcquiredGrid.divisor(count, acquired)
    phases = 0..<count / divisor
    forward = FourierTransform(count: count, inverse: false)
    inverse = FourierTransform(count: acquired, inverse: true)
    spectrum = [Double](repeating: 0, count: 2 * count)
  }

  /// Takes two lines, interleaved.
  func load(_ pair: [Double]) {
    self.pair = pair
    if acquired < count { forward.run(pair, &spectrum) }
  }

  /// The voxels that belong to a sampling, with their places in it.
  func places(_ phase: Int) -> [(voxel: Int, place: Int)] {
    (0..<count).lazy.filter { $0 * self.acquired % self.count == phase * self.divisor }
      .map { ($0, $0 * self.acquired / self.count) }
  }

  /// The lines sampled at the distance of acquired voxels, from a part of one on.
  func line(_ phase: Int) -> [Double] {
    guard acquired < count else { return pair }
    var samples = [Double](repeating: 0, count: 2 * acquired)
    let shift = Double(phase * divisor) / Double(count)
    let highest = (acquired - 1) / 2
    for frequency in -highest...highest {
      let from = (frequency + count) % count
      let to = (frequency + acquired) % acquired
      let angle = 2 * Double.pi * Double(frequency) * shift / Double(acquired)
      let (c, s) = (cos(angle) / Double(count), sin(angle) / Double(count))
      let (real, imaginary) = (spectrum[2 * from], spectrum[2 * from + 1])
      samples[2 * to] = real * c - imaginary * s
      samples[2 * to + 1] = real * s + imaginary * c
    }
    var line = samples
    inverse.run(samples, &line)
    return line
  }
}
