/// Finds the word that somebody may have meant.
package enum Suggestion {
  /// "; did you mean 'x'?" when a word is near, else nothing.
  package static func text(for word: String, among words: some Collection<String>) -> String {
    nearest(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The nearest word within a third of the word's length, the first in the alphabet among equals.
  package static func nearest(to word: String, among words: some Collection<String>) -> String? {
    let most = max(1, min(4, word.count / 3 + 1))
    let folded = Array(word.lowercased().utf8)
    guard folded.count <= 64 else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in words.sorted() {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - folded.count) <= most else { continue }
      let distance = distance(folded, other)
      if distance <= most, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.word
  }

  /// The least number of insertions, deletions, replacements and swaps of neighbours.
  ///
  /// - SeeAlso: Damerau, CACM 7(3):171-176, 1964 (optimal string alignment).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
        var least = min(replaced, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, beforeLast[j - 1] + 1)
        }
        row.append(least)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
