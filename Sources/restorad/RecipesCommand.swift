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
    do {
      print(try RecipeListing.text(of: book, name: name, json: json))
    } catch let error as RecipeError {
      Console.say("restorad: \(error)")
      throw ExitStatus.noInput.code
    }
  }
}
