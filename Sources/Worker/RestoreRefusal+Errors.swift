import DicomFormat
import NiftiFormat
import Restoration

extension RestoreRefusal {
  /// What an error means for the job: the code decides, nobody matches on text.
  init(_ error: any Error) {
    switch error {
    case let refusal as RestoreRefusal: self = refusal
    case let error as DicomError: self.init(fate(of: error), error.reason)
    case let error as NiftiError: self.init(fate(of: error), error.reason)
    case let error as RestorationError:
      self.init(error.code == .unfitVolume ? .skip : .quarantine, error.reason)
    case is CancellationError: self.init(.deferJob, "the work was cancelled")
    default: self.init(.quarantine, "unexpected: \(error)")
    }
  }
}

private func fate(of error: DicomError) -> RestoreRefusal.Fate {
  switch error.code {
  case .notFound, .writeFailed: .deferJob
  case .malformed, .truncated, .unsupported, .inconsistent, .outOfMemory: .quarantine
  }
}

private func fate(of error: NiftiError) -> RestoreRefusal.Fate {
  switch error.code {
  case .notFound, .writeFailed: .deferJob
  default: .quarantine
  }
}
