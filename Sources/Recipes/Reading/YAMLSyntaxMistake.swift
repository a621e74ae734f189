internal import Foundation
internal import Yams

/// What the YAML parser says of a text that is no YAML, with a place in every case.
struct YAMLSyntaxMistake {
  /// Where it stopped.
  let place: Place
  /// What it says.
  let text: String

  /// Reads an error of the parser.
  init(_ error: any Error, in yaml: String) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      place = Place(line: mark.line, column: mark.column)
      text = "this is no YAML: " + (context.map { "\($0.text), " } ?? "") + problem
    case .reader(let problem, let offset, _, _):
      place = Self.place(ofCharacter: offset ?? Self.firstControl(in: yaml), in: yaml)
      text = "this is no YAML: \(problem)"
    default:
      place = .start
      text = "this is no YAML: \(error)"
    }
  }

  private static func firstControl(in yaml: String) -> Int {
    var position = 0
    for character in yaml {
      let isControl = character.unicodeScalars.contains { scalar in
        scalar.properties.generalCategory == .control
          && !"\t\n\r\u{85}".unicodeScalars.contains(scalar)
      }
      if isControl { return position }
      position += 1
    }
    return 0
  }

  private static func place(ofCharacter offset: Int, in yaml: String) -> Place {
    var place = Place.start
    for character in yaml.prefix(offset) {
      if character.isNewline {
        place = Place(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return place
  }
}
