import Foundation
import Recipes
import Testing

@Suite("The list of recipes and steps")
struct RecipeListingTests {
  private let listing = RecipeListing(RecipeBook())

  @Test("The whole list names every recipe, step and parameter")
  func overview() throws {
    let text = try listing.text()
    for recipe in RecipeBook().recipes { #expect(text.contains("  \(recipe.name) ")) }
    for step in StepCatalogue.all {
      #expect(text.contains("\(step.name): \(step.purpose)"))
      for parameter in step.parameters { #expect(text.contains("  \(parameter.name) ")) }
    }
  }

  @Test("A parameter is listed with type, unit, default and range")
  func step() throws {
    let lines = try listing.text("mar").split(separator: "\n")
    let threshold = lines.first { $0.contains("threshold") }
    let words = threshold?.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      words == [
        "threshold", "number", "HU", "2500", "1000 to 20000", "Voxels above this are metal.",
      ])
  }

  @Test("A recipe is listed with the values that its modality gets")
  func recipe() throws {
    let text = try listing.text("mr")
    #expect(text.contains("when: { Modality: MR }"))
    #expect(text.split(separator: "\n").contains { $0.contains("noise ") && $0.contains("rician") })
  }

  @Test("Every line for programs is a JSON object that says what it is")
  func json() throws {
    let lines = try listing.json()
    #expect(lines.count == RecipeBook().recipes.count + StepCatalogue.all.count)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(["recipe", "step"].contains(object?["kind"] as? String))
      #expect(object?["name"] is String)
    }
  }

  @Test("An unknown name is refused with the nearest one")
  func unknown() {
    let error = #expect(throws: RecipeError.self) { try listing.text("wavlet") }
    #expect(error?.reason.contains("did you mean 'wavelet'?") == true)
  }
}
