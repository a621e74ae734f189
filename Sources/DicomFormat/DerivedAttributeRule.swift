/// What becomes of one attribute, and why: a line of the conformance statement.
package struct DerivedAttributeRule: Sendable {
  /// The kind of change, in the conformance statement's words.
  package enum Effect: String, Sendable, CaseIterable {
    /// Gets a value that does not depend on the source's.
    case set
    /// Gets a value computed from the source's.
    case changed
    /// Gets further items or text; what was there stays.
    case appended
    /// Is taken out.
    case removed
  }

  /// The attribute.
  package let tag: DerivedTag
  /// The kind of change.
  package let effect: Effect
  /// When the rule applies, in words; otherwise the attribute is kept.
  package let condition: String
  /// Why, with the place in the standard.
  package let reason: String
  /// Decides for one instance.
  let edit: @Sendable (DerivedContext, DerivedItem) throws(DicomError) -> DerivedEdit

  init(
    _ tag: DerivedTag, _ effect: Effect, when condition: String = "always", _ reason: String,
    _ edit: @escaping @Sendable (DerivedContext, DerivedItem) throws(DicomError) -> DerivedEdit
  ) {
    self.tag = tag
    self.effect = effect
    self.condition = condition
    self.reason = reason
    self.edit = edit
  }

  /// Takes an attribute out, always or when the context says so.
  static func removed(
    _ tag: DerivedTag, when condition: String = "always", _ reason: String,
    _ applies: @escaping @Sendable (DerivedContext) -> Bool = { _ in true }
  ) -> DerivedAttributeRule {
    DerivedAttributeRule(tag, .removed, when: condition, reason) { (context, _) in
      applies(context) ? .remove : .keep
    }
  }
}
