import ArgumentParser

/// Times one kernel, method or reader alone: no job, no report, no process start in the figures.
///
/// It belongs to `make bench` and is not installed. `python3 Benchmarks` calls it beside the peers.
@main
struct KernelBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "KernelBench",
    abstract: "Time one step or reader alone.",
    discussion: """
      Input is NIfTI. Each run prints a JSON line; the last line has all figures. --output writes \
      the last result as bare little-endian float32, x fastest, volume by volume. Fewer cores: \
      taskset -c 0 KernelBench ...
      """,
    subcommands: [
      StepCommand.self, ShadingCommand.self, MeansCommand.self, ProjectCommand.self,
      ReconstructCommand.self, SimilarityCommand.self, ReadCommand.self, WriteCommand.self,
      ProbeCommand.self,
    ])
}
