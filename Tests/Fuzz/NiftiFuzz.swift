import Glibc
import NiftiFormat
import ScanModel
import VolumeModel

/// libFuzzer's door: reads any bytes as a NIfTI file, and writes what could be read.
///
/// The first byte chooses the name, which decides how the rest is taken.
///
/// - Parameters:
///   - start: The bytes.
///   - count: How many there are.
/// - Returns: Zero, as libFuzzer asks.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = unsafe UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  let folder = scratch
  switch unsafe start[0] % 4 {
  case 0: look(at: unsafe write(bytes[...], to: folder + "/fuzz.nii.gz"))
  case 1:
    // A pair: what follows the shortest header is its image as well.
    unsafe write(bytes.dropFirst(min(348, bytes.count)), to: folder + "/fuzz.img")
    look(at: unsafe write(bytes[...], to: folder + "/fuzz.hdr"))
  default: look(at: unsafe write(bytes[...], to: folder + "/fuzz.nii"))
  }
  return 0
}

/// A folder in memory of this process's own.
private let scratch: String = {
  let folder = "/dev/shm/restorad-fuzz-nifti-\(getpid())"
  mkdir(folder, 0o700)
  return folder
}()

@discardableResult
private func write(_ bytes: Slice<UnsafeRawBufferPointer>, to path: String) -> String {
  let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  guard file >= 0 else { return path }
  if !bytes.isEmpty {
    _ = unsafe Glibc.write(file, UnsafeRawBufferPointer(rebasing: bytes).baseAddress, bytes.count)
  }
  close(file)
  return path
}

private func look(at path: String) {
  let question = ProbeQuestion(keywords: ["Modality"])
  _ = NiftiProbe.verdict(path: path, question: question)
  guard let scan = try? NiftiFile.read(path: path),
    scan.volumes.reduce(0, { $0 + $1.voxels.count }) < 1 << 16
  else { return }
  for type in [StoredType.float32, .int16, scan.storedType] {
    // Refusing is as good as writing.
    try? NiftiWriter.write(
      scan, volumes: scan.volumes, storedType: type, to: scratch + "/out.nii.gz")
  }
}
