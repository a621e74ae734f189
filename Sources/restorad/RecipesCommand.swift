import ArgumentParser
import Configuration
import Recipes

struct RecipesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipes",
    abstract: "List the recipes and the steps, or explain one.")

  @Argument(help: "A recipe or a step to explain.")
  var name: String?
  @Flag(help: "One JSON object a line.")
  var json = false
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let book = try configuration.load().book
    do throws(RecipeError) {
      let listing = RecipeListing(book)
      if json {
        for line in try listing.json(name) { print(line) }
      } else {
        print(try listing.text(name), terminator: "")
      }
    } catch {
      Console.say("restorad: \(error)")
      throw ExitStatus.noInput.code
    }
  }
}
