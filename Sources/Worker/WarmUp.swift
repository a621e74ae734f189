import CLinux
import Foundation
import Glibc
import Recipes
import ScanModel

/// Does once, before any fork, what is slow at the first time.
///
/// The runtime looks up how each type is coded, tables are made, libraries are bound. A child begins
/// with all that done.
///
/// Nothing here may start a thread or touch libdispatch: a child of such a process cannot use it.
/// What fails here fails again where it is told.
struct WarmUp {
  /// A folder for a tiny scan; made and removed again.
  let folder: String

  func run() {
    defer { _ = unsafe clinux_remove_flat_folder(folder) }
    let path = folder + "/tiny_T1w.nii"
    let isThere = unsafe mkdir(folder, 0o700) == 0 && write(Self.tinyScan, to: path)
    let question = ProbeQuestion(keywords: ["Modality"])
    code(WorkerOrder(.probe(ProbeRequest(paths: [path], question: question)), memoryLimit: 0))
    say(ScanProbe.verdict("/dev/null", question))
    guard isThere else { return }
    say(ScanProbe.verdict(path, question))
    restore(path)
  }

  private func say(_ verdict: ProbeVerdict) {
    _ = try? JSONEncoder().encode(WorkerReply.probed(verdict))
  }

  /// Writes an order and reads it, as the daemon and the child do.
  private func code(_ order: WorkerOrder) {
    let line = (try? JSONEncoder().encode(order)) ?? Data()
    _ = try? JSONDecoder().decode(WorkerOrder.self, from: line)
  }

  /// Reads and writes a scan, without steps and figures, which work on all cores.
  private func restore(_ path: String) {
    for recipe in BuiltInRecipes.all.prefix(1) + [Recipe(name: "", steps: [])] {
      let request = RestoreRequest(
        job: "", format: .nifti, sources: [RestoreRequest.Source(path: path, name: "tiny.nii")],
        originals: folder, recipe: recipe, modality: "MR", output: folder, moment: 0, version: "")
      code(WorkerOrder(.restore(request), memoryLimit: 0))
      guard recipe.steps.isEmpty, let scan = try? LoadedScan(request),
        let written = try? ScanWriter(request, scan).write(scan.pictures)
      else { continue }
      let picture = Report.Picture(entropy: 1.5, contrast: 1.5, sharpness: 1.5, noiseSigma: 1.5)
      let change = Report.Change(psnr: 1.5, ssim: 1.5, mae: 1.5, meanShift: 1.5)
      let step = Report.StepNote(
        name: "", parameters: ["": .text("")], seconds: 1.5, figures: ["": .number(1.5)])
      let summary = RestoreSummary(
        shape: scan.shape, spacing: scan.spacing, dtype: scan.storedType, steps: [step],
        result: written.result,
        quality: Report.QualityNote(before: picture, after: picture, change: change),
        readSeconds: 1.5, computeSeconds: 1.5, writeSeconds: 1.5,
        peakMemoryBytes: PeakMemory.bytes, warnings: [""])
      let replies: [WorkerReply] = [
        .progress(step: "", fraction: 1.5), .stepFinished(step), .restored(summary),
      ]
      for reply in replies { _ = try? JSONEncoder().encode(reply) }
    }
  }

  private func write(_ bytes: [UInt8], to path: String) -> Bool {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    return unsafe Glibc.write(file, bytes, bytes.count) == bytes.count
  }

  /// A NIfTI-1 file of 4×4×1 `uint8`: a field's offset and its bytes.
  private static let tinyScan: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 352) + (0..<16).map { UInt8($0) }
    func put(_ field: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<(offset + field.count), with: field)
    }
    let one: [UInt8] = [0, 0, 0x80, 0x3F]
    put([0x5C, 1], at: 0)  // sizeof_hdr, 348
    put([3, 0, 4, 0, 4, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0], at: 40)  // dim
    put([2, 0, 8, 0], at: 70)  // datatype, bitpix
    put(one + one + one + one, at: 76)  // pixdim
    put([0, 0, 0xB0, 0x43], at: 108)  // vox_offset, 352
    put(one, at: 112)  // scl_slope
    put([0x6E, 0x2B, 0x31, 0], at: 344)  // magic, n+1
    return bytes
  }()
}
