import ArchiveFormat
import DicomFormat
import Foundation
import NiftiFormat
import Restoration

extension RestoreRefusal {
  /// What an error means for the job: the code decides, nobody matches on text.
  package init(_ error: any Error) {
    switch error {
    case let refusal as RestoreRefusal: self = refusal
    case let error as DicomError: self.init(Fate(error), error.reason)
    case let error as NiftiError: self.init(Fate(error), error.reason)
    case let error as ArchiveError: self.init(Fate(error), "the archive: \(error.reason)")
    case let error as RestorationError:
      self.init(error.code == .unfitVolume ? .skip : .quarantine, error.reason)
    case is CancellationError: self.init(.deferJob, "the work was cancelled")
    case let error as CocoaError where Self.isDiskFailure(error):
      self.init(.deferJob, "a result could not be written")
    // The error's own words may hold a path, and a path a person's name.
    default:
      self.init(.quarantine, "unexpected \(type(of: error)), code \((error as NSError).code)")
    }
  }

  /// Whether Foundation says that a file could not be written, for whatever reason.
  private static func isDiskFailure(_ error: CocoaError) -> Bool {
    (CocoaError.Code.fileWriteUnknown.rawValue...(CocoaError.Code.fileWriteUnknown.rawValue + 255))
      .contains(error.code.rawValue)
  }
}

extension RestoreRefusal.Fate {
  fileprivate init(_ error: ArchiveError) {
    switch error.code {
    case .readFailed, .writeFailed: self = .deferJob
    case .malformed, .truncated, .damaged, .refused: self = .quarantine
    }
  }

  fileprivate init(_ error: DicomError) {
    switch error.code {
    case .notFound, .writeFailed: self = .deferJob
    case .malformed, .truncated, .unsupported, .inconsistent, .outOfMemory: self = .quarantine
    }
  }

  fileprivate init(_ error: NiftiError) {
    switch error.code {
    case .notFound, .readFailed, .writeFailed: self = .deferJob
    case .malformed, .truncated, .damaged, .unsupported: self = .quarantine
    }
  }
}
