import DicomFormat
import NiftiFormat
import Restoration
import ScanModel
import VolumeModel

/// A scan in memory: its volumes on the one side, all that is needed to write it on the other.
enum LoadedScan {
  case dicom(DicomSeries)
  case nifti(NiftiScan, path: String)

  init(_ request: RestoreRequest) throws {
    switch request.format {
    case .dicom:
      self = .dicom(try DicomSeries.read(paths: request.sources.map(\.path)))
    case .nifti:
      guard let first = request.sources.first else {
        throw RestoreRefusal(.quarantine, "the job has no files")
      }
      let scan = try NiftiFile.read(path: first.path)
      self = .nifti(scan, path: first.path)
    case .archive: throw RestoreRefusal(.quarantine, "an archive is unpacked, not restored")
    }
  }

  /// The volumes with the voxels to pass over, and where the voxels lie.
  var pictures: [Picture] {
    switch self {
    case .dicom(let series):
      series.stacks.map {
        Picture(
          volume: $0.volume, excluded: $0.excluded, voxelToPatient: $0.voxelToPatient,
          hasStraightSlices: $0.hasStraightSlices, scanCenters: $0.scanCenters)
      }
    case .nifti(let scan, _):
      zip(scan.volumes, scan.excluded).map {
        Picture(volume: $0, excluded: $1, voxelToPatient: scan.voxelToPatient)
      }
    }
  }

  /// Voxel counts, x first.
  var shape: [Int] {
    switch self {
    case .dicom(let series):
      guard let volume = series.stacks.first?.volume else { return [] }
      let shape = [volume.dimensions.x, volume.dimensions.y, volume.dimensions.z]
      return series.stacks.count > 1 ? shape + [series.stacks.count] : shape
    case .nifti(let scan, _): return scan.header.trimmedShape
    }
  }

  /// mm per voxel, x first.
  var spacing: [Double] {
    let spacing = pictures.first?.volume.voxelSpacing ?? [1, 1, 1]
    return [spacing.x, spacing.y, spacing.z]
  }

  /// The stored type.
  var storedType: String {
    switch self {
    case .dicom(let series):
      guard let pixels = series.stacks.first?.slices.first?.pixels else { return "" }
      return (pixels.isSigned ? "int" : "uint") + (pixels.bitsAllocated <= 8 ? "8" : "16")
    case .nifti(let scan, _): return "\(scan.storedType)"
    }
  }

  /// What a reader of the result should know about the source.
  var warnings: [String] {
    switch self {
    case .dicom(let series): distinct(series.stacks.flatMap(\.warnings))
    case .nifti: []
    }
  }
}

/// Each sentence once, in the order in which they first come.
private func distinct(_ sentences: [String]) -> [String] {
  var seen: Set<String> = []
  return sentences.filter { seen.insert($0).inserted }
}

/// One volume on its way through the steps.
struct Picture {
  var volume: Volume
  var excluded: Mask?
  var voxelToPatient: Affine3?
  /// Whether the next slices lie straight above and below, all equally far.
  var hasStraightSlices = true
  /// Where the scanner turned, as indices of column and row of each slice; empty where unknown.
  var scanCenters: [SIMD2<Double>] = []
  /// mm across the slices within which a voxel of the source may have had a say in one of these;
  /// infinite where any may.
  var sliceReach = 0.0

  /// Notes how far a step reaches that is applied to a volume.
  mutating func note(reachOf method: any RestorationMethod, on source: Volume) {
    let slices = method.sliceReach(on: VolumeGrid(source))
    if slices > 0 { sliceReach += slices * source.voxelSpacing.z }
  }
}
