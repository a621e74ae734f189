/// What `restorad recipes` prints.
public struct RecipeListing: Sendable {
  /// The recipes.
  public let book: RecipeBook

  /// Creates a listing.
  public init(_ book: RecipeBook) { self.book = book }

  /// Recipes and steps for people.
  ///
  /// - Parameter name: A recipe or a step; nil for all of both.
  /// - Returns: Lines, each with its end.
  /// - Throws: `RecipeError` when there is neither a recipe nor a step of that name.
  public func text(_ name: String? = nil) throws(RecipeError) -> String {
    guard let name else { return Self.joined(overview) }
    let recipe = book.recipe(named: name)
    let step = StepCatalogue.step(name)
    if recipe == nil, step == nil { throw unknown(name) }
    var lines = recipe.map { Self.detail($0, isOwn: book.isOwn($0)) } ?? []
    if !lines.isEmpty, step != nil { lines.append("") }
    lines += step.map(Self.detail) ?? []
    return Self.joined(lines)
  }

  /// Recipes and steps for programs, one JSON object a line.
  ///
  /// - Parameter name: A recipe or a step; nil for all of both.
  /// - Returns: The objects, without line ends.
  /// - Throws: `RecipeError` when there is neither a recipe nor a step of that name.
  public func json(_ name: String? = nil) throws(RecipeError) -> [String] {
    let recipes = book.recipes.filter { name == nil || $0.name == name }
    let steps = StepCatalogue.all.filter { name == nil || $0.name == name }
    if let name, recipes.isEmpty, steps.isEmpty { throw unknown(name) }
    return recipes.map { ListingJSON.line($0, isOwn: book.isOwn($0)) } + steps.map(ListingJSON.line)
  }

  private func unknown(_ name: String) -> RecipeError {
    let names = book.recipes.map(\.name) + StepCatalogue.all.map(\.name)
    return RecipeError(
      "there is no recipe or step '\(name)'\(Suggestion.text(for: name, among: names)) "
        + "(there are: \(names.joined(separator: ", ")))")
  }

  private var overview: [String] {
    let rows = book.recipes.map { recipe in
      [
        recipe.name, Self.words(recipe.condition),
        recipe.steps.isEmpty ? "nothing" : recipe.steps.map(\.name).joined(separator: ", "),
        book.isOwn(recipe) ? "configured" : "built in",
      ]
    }
    var lines = ["Recipes, in the order in which auto tries them:"]
    lines += TextTable.lines([["NAME", "WHEN", "STEPS", "FROM"]] + rows)
    lines += ["", "Steps:"]
    for step in StepCatalogue.all { lines += Self.detail(step) + [""] }
    return Array(lines.dropLast())
  }

  private static func detail(_ recipe: Recipe, isOwn: Bool) -> [String] {
    let modalities = Prohibitions.modalities(named: recipe.condition)
    let modality = modalities.count == 1 ? modalities[0] : nil
    var lines = ["Recipe \(recipe.name) (\(isOwn ? "configured" : "built in"))"]
    lines.append("  when: \(words(recipe.condition))")
    for (number, step) in recipe.steps.enumerated() {
      lines.append("  \(number + 1). \(step.name): \(step.specification.purpose)")
      let rows = step.specification.parameters.map { parameter in
        row(parameter, value: value(of: parameter, in: step, modality))
      }
      lines += TextTable.lines(
        [["PARAMETER", "TYPE", "UNIT", "VALUE", "ALLOWED"]] + rows, indent: 5)
    }
    for option in recipe.output.entries { lines.append("  output \(option.key): \(option.word)") }
    return lines
  }

  private static func detail(_ step: StepSpecification) -> [String] {
    let rows = step.parameters.map { parameter in
      row(parameter, value: parameter.standardInWords) + [parameter.meaning]
    }
    let header = ["PARAMETER", "TYPE", "UNIT", "DEFAULT", "ALLOWED", "MEANING"]
    var lines = ["\(step.name): \(step.purpose)"] + TextTable.lines([header] + rows)
    if !step.exactlyOneOf.isEmpty {
      lines.append("  Exactly one of \(step.exactlyOneOf.joined(separator: ", ")) has to be given.")
    }
    return lines
  }

  private static func value(
    of parameter: ParameterSpecification, in step: RecipeStep, _ modality: String?
  ) -> String {
    if let given = step.given[parameter.name] { return given.description }
    if modality != nil {
      return step.value(of: parameter.name, for: modality)?.description ?? "none"
    }
    return parameter.standardInWords
  }

  private static func row(_ parameter: ParameterSpecification, value: String) -> [String] {
    let allowed = parameter.kinds.map(\.allowed).joined(separator: ", or ")
    return [parameter.name, parameter.typeName, parameter.unit ?? "-", value, allowed]
  }

  private static func words(_ condition: Condition) -> String {
    condition.clauses.isEmpty ? "always" : condition.yaml
  }

  private static func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}
