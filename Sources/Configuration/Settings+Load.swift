internal import Foundation
internal import Recipes

extension Settings {
  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - yaml: The text; an empty one, or one of comments only, gives the defaults.
  ///   - file: The file's name, for the messages.
  ///   - directory: The absolute folder that relative paths start from; nil for the current one.
  /// - Returns: The settings, with every path absolute.
  /// - Throws: `ConfigurationError` with all mistakes.
  public static func load(
    yaml: String, file: String, directory: String? = nil
  ) throws(ConfigurationError) -> Settings {
    let directory = directory ?? FileManager.default.currentDirectoryPath
    let mistakes = Mistakes()
    let root = YAMLDocument.root(of: yaml, mistakes: mistakes)
    var settings = Settings(in: directory)
    if let root {
      let field = Field("the file", root, mistakes: mistakes)
      if !field.isNull { settings = SettingsReader(directory: directory).settings(field) }
    }
    guard mistakes.all.isEmpty else {
      throw ConfigurationError(file: file, mistakes: mistakes.all)
    }
    return settings
  }

  /// Reads a configuration from the bytes of a file, which have to be UTF-8.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds.
  ///   - file: The file's name, for the messages.
  ///   - directory: The absolute folder that relative paths start from; nil for the current one.
  /// - Returns: The settings, with every path absolute.
  /// - Throws: `ConfigurationError` with all mistakes.
  public static func load(
    bytes: [UInt8], file: String, directory: String? = nil
  ) throws(ConfigurationError) -> Settings {
    guard let yaml = String(validating: bytes, as: UTF8.self) else {
      let good = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\u{FFFD}" }
      let lines = good.split(separator: "\n", omittingEmptySubsequences: false)
      let mistake = Mistake(
        line: lines.count, column: (lines.last?.count ?? 0) + 1,
        "the file is no text in UTF-8")
      throw ConfigurationError(file: file, mistakes: [mistake])
    }
    return try load(yaml: yaml, file: file, directory: directory)
  }
}
