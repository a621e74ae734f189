import Recipes
import ScanModel
import Testing

@Suite("Choosing a recipe")
struct RecipeBookTests {
  @Test(
    "Every modality finds its built-in recipe",
    arguments: [
      ("MR", "mr"), ("CT", "ct"), ("CR", "xray"), ("DX", "xray"), ("MG", "xray"), ("US", "us"),
      ("PT", "nuclear"), ("NM", "nuclear"),
    ])
  func builtIn(modality: String, name: String) {
    let choice = RecipeBook().choose(for: ScanFacts(files: [Sample.file(modality)]))
    #expect(choice.recipe?.name == name)
    #expect(choice.why == "first whose when holds: Modality is \(modality)")
    #expect(choice.violations.isEmpty)
  }

  @Test("A CT with metal is repaired before it is filtered")
  func metal() {
    let scan = ScanFacts(files: [Sample.file("CT", hasMetal: true)])
    let choice = RecipeBook().choose(for: scan)
    #expect(choice.recipe?.name == "ct-metal")
    #expect(choice.recipe?.steps.map(\.name) == ["mar", "nlm"])
  }

  @Test("A scan of unknown modality matches none, and the reason says what to do")
  func unknownModality() {
    let scan = ScanFacts(files: [FileFacts(format: .nifti, shape: [4, 4, 4])])
    let choice = RecipeBook().choose(for: scan)
    #expect(choice.recipe == nil)
    #expect(choice.why.hasPrefix("no recipe matches: Modality is not known; set assume:"))
  }

  @Test("A modality without a recipe is named in the reason")
  func otherModality() {
    let choice = RecipeBook().choose(for: ScanFacts(files: [Sample.file("OPT")]))
    #expect(choice.why == "no recipe matches: Modality is OPT")
  }

  @Test("Own recipes come first, and take the place of a built-in one of the same name")
  func ownRecipes() {
    let own = Recipe(
      name: "mr", condition: Condition([Condition.Clause("Modality", .anyOf(["MR"]))]), steps: [])
    let book = RecipeBook(own: [own])
    #expect(book.choose(for: ScanFacts(files: [Sample.file("MR")])).recipe == own)
    #expect(book.recipes.count == RecipeBook().recipes.count)
    #expect(book.choose(for: ScanFacts(files: [Sample.file("CT")])).recipe?.name == "ct")
  }

  @Test("A recipe asked for by name is chosen though its condition does not hold")
  func named() {
    let choice = RecipeBook().choose(for: ScanFacts(files: [Sample.file("CT")]), recipe: "mr")
    #expect(choice.recipe?.name == "mr")
    #expect(choice.violations.map(\.step) == [0])
  }

  @Test("The outcome of every recipe's condition is told")
  func outcomes() {
    let choice = RecipeBook().choose(for: ScanFacts(files: [Sample.file("US")]))
    #expect(choice.outcomes.map(\.recipe) == RecipeBook().recipes.map(\.name))
    #expect(choice.outcomes[0].outcome.words == "Modality is US, not MR")
  }

  @Test("The workers are asked for what the conditions need, and for metal only then")
  func question() {
    let own = Recipe(
      name: "knee", condition: Condition([Condition.Clause("BodyPartExamined", .pattern("KNEE"))]),
      steps: [])
    let book = RecipeBook(own: [own])
    #expect(book.question().keywords == ["BIDSSuffix", "BodyPartExamined", "Modality"])
    #expect(book.question().metal)
    #expect(!book.question(recipe: "knee").metal)
  }

  @Test(
    "No built-in recipe breaks a prohibition of a modality it is for",
    arguments: [
      "MR", "CT", "CR", "DX", "MG", "US", "PT", "NM",
    ])
  func prohibitions(modality: String) {
    for metal in [false, true] {
      let scan = ScanFacts(files: [Sample.file(modality)], hasMetal: metal)
      #expect(RecipeBook().choose(for: scan).violations.isEmpty)
    }
  }
}
