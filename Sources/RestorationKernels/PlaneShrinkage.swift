/// All levels of a plane's shrinkage, tile by tile.
///
/// A tile takes its samples through all levels, down and back: what lies between the levels is made
/// for the tile alone, with as much around it as blocks reach, and stays in a core's own cache. The
/// result is the same bit by bit as that of level after level.
package struct PlaneShrinkage: Sendable {
  /// The most levels whose blocks reach so little beyond a tile that it is worth while.
  package static let mostLevels = 4
  /// The levels, finest first.
  private let levels: [BlockShrinkage]
  /// Tiles along y.
  private let bands: Int
  /// From a row to the next between the levels.
  private let pitch: Int
  /// Floats that approximations of a tile and those below it take, for each level but the finest.
  private let windowFloats: Int
  /// Floats of the room that a level needs.
  private let levelFloats: Int

  /// Plans a plane.
  ///
  /// - Parameter levels: 1 to `mostLevels`, finest first, each of the blocks of the one before.
  package init(_ levels: [BlockShrinkage]) {
    precondition((1...Self.mostLevels).contains(levels.count), "few levels")
    let (first, reach) = (levels[0], 3 * 1 << levels.count + 2 * levels.count)
    precondition(first.dimensions.z == 1, "a plane")
    // Few, so that little is made twice, but tiles enough for many cores.
    let height = first.dimensions.y
    let rows = max(64, min(128, (height * first.columnParts + 15) / 16))
    bands = (height + rows - 1) / rows
    let columns = min(first.dimensions.x, BlockShrinkage.columns)
    let pitch = (columns + reach + Self.slack + 2 * 15) & ~15
    self.pitch = pitch
    self.levels = levels.enumerated().map { index, level in
      var level = level
      level.pitches = (
        index == 0 ? level.pitches.samples : pitch, pitch,
        index == 0 ? level.pitches.output : pitch
      )
      return level
    }
    windowFloats = (min(height, rows) + reach) * pitch
    levelFloats =
      levels.map { level in
        BlockShrinkage.Room.counts(level, rows: rows).reduce(0, +)
      }.max() ?? 0
  }

  /// Floats before the columns of a window.
  private static let slack = 16

  /// How many tiles there are.
  package var tiles: Int { bands * levels[0].columnParts }

  /// Floats of room that a tile is made in; one may serve many tiles, one after the other.
  package var roomFloats: Int { levels.count * windowFloats + levelFloats }

  /// Room for a tile at a time, to be deallocated.
  package func makeRoom() -> UnsafeMutablePointer<Float> {
    BlockShrinkage.Room.allocate(roomFloats)
  }

  /// Restores a tile.
  ///
  /// - Parameters:
  ///   - samples: On the dimensions of the finest level.
  ///   - tile: Which of `tiles`.
  ///   - room: As `makeRoom` makes it.
  ///   - output: On the same dimensions; nothing but the tile is written.
  package func restore(
    _ samples: UnsafePointer<Float>, tile: Int, in room: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (made, held) = windows(of: tile)
    let work = room + levels.count * windowFloats
    var source = samples
    var places = [samples]
    for level in levels.indices.dropFirst() {
      let place = start(of: held[level], in: room + (level - 1) * windowFloats)
      levels[level - 1].approximatePlane(source, held[level], into: place, pitch: pitch)
      source = UnsafePointer(place)
      places.append(source)
    }
    var below: UnsafePointer<Float>?
    for level in levels.indices.reversed() {
      // The place of the approximation below it is not needed any more.
      let target =
        level == 0 ? output : start(of: made[level], in: room + level * windowFloats)
      levels[level].restore(
        places[level], below: below, rows: made[level].rows, slices: 0..<1,
        columns: made[level].columns, in: work, into: target)
      below = UnsafePointer(target)
    }
  }

  /// Where the first sample of a plane would lie of which a window is held.
  private func start(
    of window: PlaneWindow, in room: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    room + (Self.slack - window.columns.lowerBound - window.rows.lowerBound * pitch)
  }

  /// What is restored of each level, and what is held of its samples.
  private func windows(of tile: Int) -> (made: [PlaneWindow], held: [PlaneWindow]) {
    let finest = levels[0]
    let (height, parts) = (finest.dimensions.y, finest.columnParts)
    let band = tile / parts
    var window = PlaneWindow(
      rows: (height * band / bands)..<(height * (band + 1) / bands),
      columns: finest.columns(tile % parts))
    var made: [PlaneWindow] = []
    for level in levels {
      made.append(window)
      window = window.reaching(before: 0, behind: level.step, in: level.blocks)
    }
    var held = made
    for index in levels.indices.reversed() {
      let level = levels[index]
      held[index] = made[index].reaching(
        before: level.step + level.reach, behind: level.step + level.reach, in: level.dimensions)
      guard index + 1 < levels.count else { continue }
      held[index] = held[index].joined(
        held[index + 1].reaching(before: level.step, behind: 0, in: level.dimensions))
    }
    return (made, held)
  }
}

/// Some rows and columns of a plane.
struct PlaneWindow {
  var rows: Range<Int>
  var columns: Range<Int>

  /// The same with more on each side, as far as the plane goes.
  func reaching(before: Int, behind: Int, in dimensions: SIMD3<Int>) -> Self {
    func reaching(_ range: Range<Int>, _ count: Int) -> Range<Int> {
      max(0, range.lowerBound - before)..<min(count, range.upperBound + behind)
    }
    return Self(rows: reaching(rows, dimensions.y), columns: reaching(columns, dimensions.x))
  }

  /// The least that holds both.
  func joined(_ other: Self) -> Self {
    func joined(_ one: Range<Int>, _ two: Range<Int>) -> Range<Int> {
      min(one.lowerBound, two.lowerBound)..<max(one.upperBound, two.upperBound)
    }
    return Self(rows: joined(rows, other.rows), columns: joined(columns, other.columns))
  }
}

extension BlockShrinkage {
  /// Makes some of a plane's approximation: the mean of each block.
  ///
  /// - Parameters:
  ///   - samples: Where the first one of the plane lies, or would lie.
  ///   - window: Which blocks.
  ///   - output: Where the first block lies, or would lie.
  ///   - pitch: From a row of blocks to the next.
  func approximatePlane(
    _ samples: UnsafePointer<Float>, _ window: PlaneWindow,
    into output: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    let (columns, step) = (window.columns, step)
    // The blocks both of whose columns lie inside, and those beside them.
    let first = min(max(step, columns.lowerBound), columns.upperBound)
    let end = max(first, min(dimensions.x, columns.upperBound))
    for j in window.rows {
      let (a, b, _, _) = rows(samples, j, 0)
      if j + Self.ahead < dimensions.y {
        (b + first).prefetch(at: Self.ahead * pitches.samples, count: end - first)
      }
      let target = output + j * pitch
      @inline(__always) func mean(_ before: Int, _ own: Int) -> Float {
        ((a[before] + b[before]) + (a[own] + b[own])) * (1 / 4)
      }
      for beside in [columns.lowerBound..<first, end..<columns.upperBound] {
        for x in beside {
          target[x] = mean(source(x - step, dimensions.x), source(x, dimensions.x))
        }
      }
      Self.inLanes(end - first) { x in
        let (own, before) = (first + x, first + x - step)
        let sum = a.wideLanes(at: before) + b.wideLanes(at: before)
        target.store((sum + (a.wideLanes(at: own) + b.wideLanes(at: own))) * (1 / 4), at: own)
      } rest: { x in
        target[first + x] = mean(first + x - step, first + x)
      }
    }
  }
}
