public import ScanModel

/// The recipes of a configuration, followed by those built in.
///
/// A recipe of the configuration takes the place of a built-in one of the same name.
public struct RecipeBook: Sendable, Equatable {
  /// The recipes of the configuration.
  public let own: [Recipe]
  /// All recipes in the order in which they are tried.
  public let recipes: [Recipe]

  /// Creates a book.
  public init(own: [Recipe] = []) {
    self.own = own
    let names = Set(own.map(\.name))
    recipes = own + BuiltInRecipes.all.filter { !names.contains($0.name) }
  }

  /// The recipe of that name.
  public func recipe(named name: String) -> Recipe? { recipes.first { $0.name == name } }

  /// Whether a recipe comes from the configuration.
  public func isOwn(_ recipe: Recipe) -> Bool { own.contains { $0.name == recipe.name } }

  /// What has to be read from the files before a recipe can be chosen.
  ///
  /// - Parameters:
  ///   - name: A recipe's name, or `auto`.
  ///   - assumed: What is taken as known of scans that do not say it.
  /// - Returns: The keywords to read, sorted, and whether to look for metal.
  public func question(
    recipe name: String = "auto", assuming assumed: [String: String] = [:]
  ) -> ProbeQuestion {
    let candidates = name == "auto" ? recipes : recipe(named: name).map { [$0] } ?? []
    let keywords = Set(candidates.flatMap(\.condition.keywords))
      .union(["Modality", "BIDSSuffix"])
    return ProbeQuestion(
      keywords: keywords.sorted(), metal: candidates.contains { $0.condition.asksMetal },
      assumedModality: assumed["Modality"])
  }

  /// Chooses the recipe for a scan.
  ///
  /// - Parameters:
  ///   - scan: The scan.
  ///   - name: `auto` for the first recipe whose condition holds; else the name of a recipe, which
  ///     is then chosen whether or not its condition holds.
  ///   - assumed: Values for keywords of which the files say nothing.
  /// - Returns: The recipe, or none, with the reason and the outcome of every condition.
  public func choose(
    for scan: ScanFacts, recipe name: String = "auto", assuming assumed: [String: String] = [:]
  ) -> RecipeChoice {
    let outcomes = recipes.map { recipe in
      RecipeOutcome(
        recipe: recipe.name, outcome: recipe.condition.evaluate(scan, assuming: assumed))
    }
    let modality = scan.modality(assuming: assumed)
    if name != "auto" {
      let recipe = recipe(named: name)
      return RecipeChoice(
        recipe: recipe, modality: modality,
        why: recipe == nil
          ? "there is no recipe '\(name)'" : "named '\(name)' by the inbox or command",
        outcomes: outcomes)
    }
    guard let place = outcomes.firstIndex(where: \.outcome.holds) else {
      return RecipeChoice(
        recipe: nil, modality: modality, why: Self.reasonForNone(scan, assumed), outcomes: outcomes)
    }
    return RecipeChoice(
      recipe: recipes[place], modality: modality,
      why: "first whose when holds: \(outcomes[place].outcome.words)", outcomes: outcomes)
  }

  private static func reasonForNone(_ scan: ScanFacts, _ assumed: [String: String]) -> String {
    let found = scan.files.map { scan.values(of: "Modality", in: $0, assuming: assumed) }
    let values = Set(found.joined()).sorted().joined(separator: ", ")
    if found.allSatisfy(\.isEmpty) {
      return "no recipe matches: Modality is not known; set assume: {Modality: ...} for the inbox"
    }
    return Set(found).count > 1
      ? "no recipe matches: the files disagree in Modality (\(values))"
      : "no recipe matches: Modality is \(values)"
  }
}

/// The recipe for a scan, and why.
public struct RecipeChoice: Sendable, Equatable {
  /// The recipe; nil when none matches.
  public let recipe: Recipe?
  /// The modality that the scan's files agree on or the inbox assumes; nil when not known.
  public let modality: String?
  /// Why this recipe, or why none, in words for report and log.
  public let why: String
  /// What came of asking every recipe's condition, for `inspect`.
  public let outcomes: [RecipeOutcome]

  /// Why the chosen recipe may not be used on the scan; empty when it may.
  public var violations: [Prohibitions.Violation] {
    recipe.map { Prohibitions.violations($0.steps, modality: modality) } ?? []
  }
}

/// What came of asking one recipe's condition.
public struct RecipeOutcome: Sendable, Equatable {
  /// The recipe's name.
  public let recipe: String
  /// What came of it.
  public let outcome: ConditionOutcome
}
