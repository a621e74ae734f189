internal import Foundation

/// Reads the recipes of a configuration file.
package enum RecipeReader {
  /// Reads a list of recipes.
  ///
  /// - Parameter field: The value of `recipes`; mistakes are noted there.
  /// - Returns: The recipes that could be read; all of them when no mistake was noted.
  package static func recipes(_ field: Field) -> [Recipe] {
    guard let elements = field.elements else {
      field.expected("a list of recipes")
      return []
    }
    var names: Set<String> = []
    return elements.compactMap { element in
      let element = Field("a recipe", element.node, near: element.place, mistakes: field.mistakes)
      guard let section = Section(element, known: ["name", "when", "steps", "output"]),
        let recipe = recipe(section)
      else { return nil }
      if !names.insert(recipe.name).inserted {
        section["name"]?.refuse("there are two recipes named '\(recipe.name)'")
      }
      return recipe
    }
  }

  private static func recipe(_ section: Section) -> Recipe? {
    let name =
      section["name"].map(name)
      ?? {
        section.mistakes.note("a recipe needs a name", at: section.place)
        return nil
      }()
    let condition = section["when"].map(ConditionReader.condition) ?? Condition()
    let steps =
      section["steps"].map { StepReader.steps($0, for: condition) }
      ?? {
        section.mistakes.note(
          "a recipe needs steps; an empty list restores nothing", at: section.place)
        return []
      }()
    let output = section["output"].map(output) ?? OutputOptions()
    return name.map { Recipe(name: $0, condition: condition, steps: steps, output: output) }
  }

  private static func name(_ field: Field) -> String? {
    guard let name = field.text("a name") else { return nil }
    guard RecipeName.isAllowed(name) else {
      field.refuse("'\(name.prefix(40))' is no name for a recipe: \(RecipeName.allowed)")
      return nil
    }
    return name
  }

  private static func output(_ field: Field) -> OutputOptions {
    guard let section = Section(field, known: ["type", "transfer_syntax", "equipment"]) else {
      return OutputOptions()
    }
    return OutputOptions(
      type: section["type"]?.choice(), transferSyntax: section["transfer_syntax"]?.choice(),
      equipment: section["equipment"]?.choice())
  }
}
