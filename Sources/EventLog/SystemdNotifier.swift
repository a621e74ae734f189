public import Foundation

/// Tells systemd how the service fares, by the socket that it names in `NOTIFY_SOCKET`.
///
/// Without that variable every call does nothing.
/// - SeeAlso: sd_notify(3).
public struct SystemdNotifier: Sendable {
  private let socketPath: String?
  /// How often the watchdog wants to hear from us; nil when it is off.
  public let watchdogInterval: Duration?

  /// Reads the environment.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    socketPath = environment["NOTIFY_SOCKET"]
    let ours = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
    watchdogInterval =
      ours ? environment["WATCHDOG_USEC"].flatMap(Int.init).map { .microseconds($0) } : nil
  }

  /// Whether systemd started this process and listens.
  public var isListening: Bool { socketPath != nil }

  /// The service is up; `status` is shown by `systemctl status`.
  public func ready(status: String) { send("READY=1\nSTATUS=\(status)") }

  /// The configuration is being read again; `ready` ends it.
  public func reloading() { send("RELOADING=1") }

  /// The service is going down.
  public func stopping() { send("STOPPING=1") }

  /// The service is alive.
  public func feedWatchdog() { send("WATCHDOG=1") }

  /// Putting things right after a start goes on: another minute is asked for.
  public func extendStart() { send("EXTEND_TIMEOUT_USEC=60000000") }

  /// One line for `systemctl status`.
  public func status(_ text: String) { send("STATUS=\(text)") }

  private func send(_ message: String) {
    guard let socketPath else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard connectUnixSocket(descriptor, to: socketPath) else { return }
    let bytes = Array(message.utf8)
    _ = unsafe Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
