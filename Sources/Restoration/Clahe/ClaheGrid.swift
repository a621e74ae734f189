/// How a slice is cut into tiles, and between which of them each column and row lies.
struct ClaheGrid: Sendable {
  /// Tiles along x and y.
  let tiles: SIMD2<Int>
  /// For each tile along x and y the columns or rows that it counts, beyond the edges mirrored.
  let columns: [[Int]]
  let rows: [[Int]]
  /// The columns of the slice by the tiles between which they lie.
  let columnSpans: [Span]
  /// For each column of the slice the weight of the tile after.
  let columnWeights: [Float]
  /// For each row of the slice its place between tiles.
  let rowPlaces: [Place]
  /// The rows of the slice by the tiles between which they lie.
  let rowSpans: [Span]

  /// Between two tiles.
  struct Place: Sendable {
    /// The tile before.
    let first: Int
    /// The tile after; the same at the borders.
    let second: Int
    /// Weight of the tile after.
    let weight: Float
  }

  /// Adjacent columns or rows between the same two tiles.
  struct Span: Sendable {
    /// The columns or rows.
    let range: Range<Int>
    /// The tile before.
    let first: Int
    /// The tile after; the same at the borders.
    let second: Int
  }

  /// Tiles of nearly equal size that cover the slice exactly.
  init(dividing requested: SIMD2<Int>, width: Int, height: Int) {
    tiles = [min(requested.x, width), min(requested.y, height)]
    columns = slabs(of: width, parts: tiles.x).map(Array.init)
    rows = slabs(of: height, parts: tiles.y).map(Array.init)
    let places = Self.centeredPlaces(count: width, tiles: tiles.x)
    columnSpans = Self.spans(of: places)
    columnWeights = places.map(\.weight)
    rowPlaces = Self.centeredPlaces(count: height, tiles: tiles.y)
    rowSpans = Self.spans(of: rowPlaces)
  }

  /// Tiles as OpenCV makes them.
  ///
  /// When either axis isn't a multiple of its tiles both are padded, mirrored about the last pixel,
  /// one that is a multiple by a whole row of further tiles; and places ignore that a pixel has
  /// half a width.
  init(paddingLike requested: SIMD2<Int>, width: Int, height: Int) {
    tiles = requested
    let remainders = (x: width % requested.x, y: height % requested.y)
    let isPadded = remainders.x != 0 || remainders.y != 0
    let padded = (
      x: isPadded ? width + requested.x - remainders.x : width,
      y: isPadded ? height + requested.y - remainders.y : height
    )
    columns = Self.mirrored(count: width, padded: padded.x, tiles: requested.x)
    rows = Self.mirrored(count: height, padded: padded.y, tiles: requested.y)
    let places = Self.cornerPlaces(count: width, tile: padded.x / tiles.x, tiles: tiles.x)
    columnSpans = Self.spans(of: places)
    columnWeights = places.map(\.weight)
    rowPlaces = Self.cornerPlaces(count: height, tile: padded.y / tiles.y, tiles: tiles.y)
    rowSpans = Self.spans(of: rowPlaces)
  }

  private static func mirrored(count: Int, padded: Int, tiles: Int) -> [[Int]] {
    let size = padded / tiles
    let period = max(2 * (count - 1), 1)
    return (0..<tiles).map { tile in
      (0..<size).map { i in
        let position = (tile * size + i) % period
        return position < count ? position : period - position
      }
    }
  }

  private static func spans(of places: [Place]) -> [Span] {
    var spans: [Span] = []
    var start = 0
    for x in places.indices {
      let isEnd =
        x + 1 == places.count || places[x + 1].first != places[x].first
        || places[x + 1].second != places[x].second
      guard isEnd else { continue }
      spans.append(
        Span(range: start..<(x + 1), first: places[x].first, second: places[x].second))
      start = x + 1
    }
    return spans
  }

  private static func cornerPlaces(count: Int, tile: Int, tiles: Int) -> [Place] {
    let inverse = 1 / Float(tile)
    return (0..<count).map { place(Float($0) * inverse - 0.5, tiles) }
  }

  private static func centeredPlaces(count: Int, tiles: Int) -> [Place] {
    let inverse = Float(tiles) / Float(count)
    return (0..<count).map { place((Float($0) + 0.5) * inverse - 0.5, tiles) }
  }

  private static func place(_ position: Float, _ tiles: Int) -> Place {
    let before = position.rounded(.down)
    let first = Int(before)
    return Place(
      first: max(first, 0), second: min(first + 1, tiles - 1), weight: position - before)
  }
}
