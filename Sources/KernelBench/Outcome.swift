import Foundation
import Restoration
import VolumeModel

/// What one run gave.
struct Outcome {
  /// The result's volumes.
  var volumes: [Volume]
  /// What was measured on the way.
  var figures: [String: Double] = [:]

  init(_ volumes: [Volume], figures: [String: Double] = [:]) {
    self.volumes = volumes
    self.figures = figures
  }

  init(_ volumes: [Volume], _ figures: Figures) {
    self.init(volumes)
    for (name, figure) in figures.entries {
      switch figure {
      case .integer(let value): self.figures[name] = Double(value)
      case .number(let value): self.figures[name] = value
      case .flag(let value): self.figures[name] = value ? 1 : 0
      case .text, .list: break
      }
    }
  }

  /// All values as little-endian float32.
  var bytes: Data {
    var data = Data()
    for volume in volumes {
      unsafe volume.voxels.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
    }
    return data
  }

  /// Voxel counts, x first, then how many volumes.
  var shape: [Int] {
    guard let size = volumes.first?.dimensions else { return [] }
    return [size.x, size.y, size.z, volumes.count]
  }

  /// 64 bits that change with any bit of the result (FNV-1a over its values).
  var digest: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for volume in volumes {
      for value in volume.voxels {
        hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01b3
      }
    }
    return String(hash, radix: 16)
  }
}
