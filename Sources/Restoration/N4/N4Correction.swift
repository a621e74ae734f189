public import VolumeModel

/// What N4 gives back when it is asked for the field as well.
public struct N4Correction: Sendable {
  /// The volume without its shading: measured / field.
  public var corrected: Volume
  /// The natural logarithm of the field, on the volume's grid.
  public var logBiasField: Volume
  /// What was measured on the way.
  public var figures: Figures
}
