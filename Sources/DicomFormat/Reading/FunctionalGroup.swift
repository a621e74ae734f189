/// A functional group of frames that are read one after another.
///
/// It stands in each frame's own item, else in the one that all share. What a frame repeats byte by
/// byte is not read again.
struct FunctionalGroup<Value> {
  private let tag: Tag
  private let shared: HeaderItem?
  private let read: (HeaderItem) -> Value?
  private var last: (item: HeaderItem, value: Value?)?

  /// Prepares for the frames of an object.
  ///
  /// - Parameters:
  ///   - tag: The group's sequence.
  ///   - shared: The groups that all frames share.
  ///   - read: Makes a value of the sequence's first item.
  init(_ tag: Tag, shared: HeaderItem?, _ read: @escaping (HeaderItem) -> Value?) {
    self.tag = tag
    self.shared = shared?.item(tag)
    self.read = read
  }

  /// What the group says of a frame; nil where there is no such group.
  mutating func value(of frame: HeaderItem) -> Value? {
    guard let item = frame.item(tag) ?? shared else { return nil }
    if let last, last.item.repeats(item) { return last.value }
    let value = read(item)
    last = (item, value)
    return value
  }
}
