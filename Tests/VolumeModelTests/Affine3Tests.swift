import Testing
import VolumeModel

@Suite struct Affine3Tests {
  @Test("A position is the origin plus the steps")
  func position() {
    let affine = Affine3(x: [0, 2, 0], y: [3, 0, 0], z: [0, 0, -4], origin: [10, 20, 30])
    #expect(affine.position(of: [1, 2, 0.5]) == [16, 22, 28])
    #expect(affine.spacing == [2, 3, 4])
  }
}
