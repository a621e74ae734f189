import Foundation
import Recipes
import Testing

@Suite("The hash of a recipe")
struct RecipeHashTests {
  private func recipe(_ parameters: [String: ParameterValue]) throws -> Recipe {
    Recipe(name: "x", steps: [try RecipeStep("nlm", parameters)])
  }

  @Test("The canonical text lists every parameter with its value")
  func canonicalText() throws {
    #expect(
      try recipe(["strength": .integer(1)]).canonicalText(for: "MR") == """
        recipe "x"
        output type float32
        output transfer_syntax explicit
        output equipment keep
        step nlm
          dimensions auto
          noise rician
          patch auto
          search auto
          sigma auto
          strength 1
          variant rotation_invariant

        """)
  }

  @Test("The hash is SHA-256 of the canonical text and never changes between runs")
  func stability() throws {
    let hash = try recipe([:]).sha256(for: "MR")
    #expect(hash == "0f850fb3a5f130ffd1387d592aac8073c19a1f95b65774b1315c81db9fbd214e")
  }

  @Test("What the modality decides is part of the hash")
  func modality() throws {
    #expect(try recipe([:]).sha256(for: "MR") != recipe([:]).sha256(for: "CT"))
    #expect(
      try recipe([:]).sha256(for: "MR") == recipe(["noise": .text("rician")]).sha256(for: "MR"))
  }

  @Test("Any other parameter, step or output changes the hash")
  func changes() throws {
    let base = try recipe([:])
    var hashes = [base.sha256(for: nil)]
    hashes.append(try recipe(["strength": .number(0.9)]).sha256(for: nil))
    var written = base
    written.output.type = .int16
    hashes.append(written.sha256(for: nil))
    var longer = base
    longer.steps.append(try RecipeStep("median"))
    hashes.append(longer.sha256(for: nil))
    #expect(Set(hashes).count == hashes.count)
  }

  @Test("The condition decides whether a recipe is used, not what it does")
  func condition() throws {
    var other = try recipe([:])
    other.condition = Condition([Condition.Clause("Modality", .anyOf(["MR"]))])
    #expect(try other.sha256(for: "MR") == recipe([:]).sha256(for: "MR"))
  }

  @Test("A recipe survives JSON with its hash")
  func json() throws {
    for recipe in BuiltInRecipes.all {
      let copy = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe))
      #expect(copy == recipe)
      #expect(copy.sha256(for: "CT") == recipe.sha256(for: "CT"))
    }
  }
}
