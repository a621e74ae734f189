internal import Recipes

extension Field {
  /// The value as a duration in a range.
  func duration(in range: ClosedRange<Duration>) -> Duration? {
    guard let duration = written.flatMap(DurationText.duration) else {
      expected(DurationText.allowed)
      return nil
    }
    guard range.contains(duration) else {
      let ends = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
      expected("\(ends.0) to \(ends.1)")
      return nil
    }
    return duration
  }

  /// The value as a size in a range.
  func bytes(in range: ClosedRange<Int>) -> Int? {
    guard let bytes = written.flatMap(SizeText.bytes) else {
      expected(SizeText.allowed)
      return nil
    }
    guard range.contains(bytes) else {
      expected("\(SizeText.text(range.lowerBound)) to \(SizeText.text(range.upperBound))")
      return nil
    }
    return bytes
  }

  /// The value as an absolute folder.
  func folder(in directory: String) -> String? {
    guard let path = text("a folder") else { return nil }
    guard !path.contains("\0"), !path.hasPrefix("~") else {
      expected("a folder written out, without '~'")
      return nil
    }
    return FolderPath.absolute(path, in: directory)
  }
}
