import ServiceLifecycle
import UnixSignals

/// Hears a second SIGTERM or SIGINT: whoever asks twice does not want to wait for running jobs.
///
/// It stands before the spool's service, so it ends after it.
struct HurryService: Service {
  let loop: SpoolLoop

  func run() async throws {
    var count = 0
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    for await _ in signals.cancelOnGracefulShutdown() {
      count += 1
      if count > 1 { loop.hurry() }
    }
  }
}
