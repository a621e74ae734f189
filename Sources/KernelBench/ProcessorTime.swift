#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The processor's time.
enum ProcessorTime {
  /// Seconds that all threads have used so far.
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
