/// What tells a frame from others at its place.
struct FrameDistinction {
  /// That of classic objects, where there is one.
  let keyword: String
  /// All values, between backslashes.
  let value: String

  /// Nil where no value says anything.
  private init?(_ keyword: String, _ value: String) {
    guard value.utf8.contains(where: { $0 != UInt8(ascii: "\\") }) else { return nil }
    self.keyword = keyword
    self.value = value
  }
}

extension FrameDistinction {
  private static let direct: [(group: Tag, attributes: [(keyword: String, tag: Tag)])] = [
    (.mrEchoSequence, [("EchoTime", .effectiveEchoTime)]),
    (.mrModifierSequence, [("InversionTime", .inversionTimes)]),
    (.mrTimingSequence, [("FlipAngle", .flipAngle)]),
    (.temporalPositionSequence, [("FrameReferenceTime", .temporalPositionTimeOffset)]),
    (.cardiacSynchronizationSequence, [("TriggerTime", .nominalCardiacTriggerDelayTime)]),
  ]

  private static let content: [(keyword: String, tag: Tag)] = [
    ("StackID", .stackID), ("TemporalPositionIdentifier", .temporalPositionIndex),
    ("AcquisitionNumber", .frameAcquisitionNumber), ("AcquisitionTime", .frameAcquisitionDateTime),
  ]

  /// The groups that have such attributes.
  ///
  /// - Parameters:
  ///   - shared: The groups that all frames share.
  ///   - dimensions: Which of the Dimension Index Values count anything but places.
  /// - Returns: Each with what it says of a frame.
  static func groups(
    shared: HeaderItem?, dimensions: [Int]
  ) -> [FunctionalGroup<[FrameDistinction]>] {
    var groups = direct.map { group, attributes in
      FunctionalGroup(group, shared: shared) { all(attributes, $0) }
    }
    groups.append(
      FunctionalGroup(.frameContentSequence, shared: shared) { item in
        let indices = dimensions.isEmpty ? [] : item.values(.dimensionIndexValues)
        let chosen = dimensions.compactMap { indices.indices.contains($0) ? indices[$0] : nil }
        var found = all(content, item)
        if let index = FrameDistinction(
          "DimensionIndexValues", chosen.joined(separator: "\\"))
        {
          found.append(index)
        }
        return found
      })
    groups.append(
      FunctionalGroup(.mrDiffusionSequence, shared: shared) { item in
        let direction = item.item(.diffusionGradientDirectionSequence)
        return all([("DiffusionBValue", .diffusionBValue)], item)
          + (direction.map {
            all([("DiffusionGradientOrientation", .diffusionGradientOrientation)], $0)
          } ?? [])
      })
    return groups
  }

  private static func all(
    _ attributes: [(keyword: String, tag: Tag)], _ item: HeaderItem
  ) -> [FrameDistinction] {
    var found: [FrameDistinction] = []
    found.reserveCapacity(attributes.count + 1)
    for (keyword, tag) in attributes {
      if let distinction = FrameDistinction(keyword, item.joinedValues(tag)) {
        found.append(distinction)
      }
    }
    return found
  }
}
