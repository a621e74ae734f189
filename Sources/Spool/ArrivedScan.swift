import Disk
import Foundation
import InboxWatch
import Recipes
import ScanModel
import SystemPackage

/// The files of one scan, all there and whole.
struct ArrivedScan {
  /// One of its files.
  struct Member {
    var path: FilePath
    var status: FileStatus
    /// What its header says; nil for a companion.
    var facts: FileFacts?
    /// When it was found quiet, on the forward clock.
    var foundAt = 0.0
  }

  /// The files; for NIfTI the one to open comes first.
  var members: [Member]
  /// How it was decided that nothing is missing.
  var evidence: String
  /// What positions and counts say; nil for NIfTI.
  var assembly: SeriesAssembly?

  var facts: [FileFacts] { members.compactMap(\.facts) }
  var format: ScanFormat { facts.first?.format ?? .dicom }
  var series: String { facts.first?.dicom?.seriesInstanceUID ?? "" }
  var study: String { facts.first?.dicom?.studyInstanceUID ?? "" }
  var bytes: Int { members.reduce(0) { $0 + $1.status.size } }

  /// Whether it is part of a volume: one of its images, or a frame of one, says where it lies.
  ///
  /// Frames that are only carried over have no say.
  var isPlaced: Bool {
    facts.compactMap(\.dicom).contains { image in
      guard let frames = image.frameFacts else { return image.imagePosition != nil }
      return frames.contains { $0.carryReason == nil && $0.imagePosition != nil }
    }
  }

  /// The modality as names show it.
  func modality(assume: [String: String]) -> String {
    let told = facts.lazy.compactMap { $0.dicom?.modality ?? $0.attributes["Modality"]?.first }
    return JobName.clean(told.first { !$0.isEmpty } ?? assume["Modality"])
  }

  /// 2 for planes, 3 for a volume, 4 for several volumes.
  var dimensions: Int {
    guard let assembly else { return ScanFacts.niftiDimensions(shape: facts.first?.shape ?? []) }
    let volumes = assembly.stacks.filter { $0.members.count > 1 }
    return volumes.isEmpty ? 2 : volumes.count > 1 ? 4 : 3
  }

  /// Splits off what is never filtered from what may be, so that neither spoils the other.
  func sorted() -> [ArrivedScan] {
    func kind(_ member: Member) -> Int {
      guard let facts = member.facts else { return 0 }
      return facts.skipReason != nil ? 1 : facts.unsupportedReason != nil ? 2 : 0
    }
    let groups = Dictionary(grouping: members, by: kind)
    guard groups.count > 1, format == .dicom else { return [self] }
    return groups.sorted { $0.key < $1.key }.map { _, members in
      let facts = members.compactMap { $0.facts?.dicom }
      return ArrivedScan(
        members: members, evidence: evidence, assembly: SeriesAssembly(of: facts))
    }
  }
}
