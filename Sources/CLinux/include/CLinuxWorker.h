#ifndef CLINUX_WORKER_H
#define CLINUX_WORKER_H
// One process per assignment: a worker that forks, waits, and tells how its child ended.

#include <stdint.h>

/// How a child ended and what it used.
typedef struct {
  /// The signal that ended it, or 0.
  int32_t signal;
  /// Its exit status when no signal did.
  int32_t status;
  /// User and system time.
  uint64_t cpu_microseconds;
  /// The most memory that it held at once.
  uint64_t peak_bytes;
} clinux_ending;

/// Makes this process a worker: it ends with its parent, passes SIGTERM on to its child as SIGKILL,
/// keeps no descriptor above `last_descriptor`, and its memory can't be looked into by other
/// processes of the same user.
int clinux_begin_worker(int last_descriptor);

/// Forks this process, which must have one thread; 0 in the child, the child's number in the
/// parent, and what errno says, negated, when there is none. The child ends with its parent, reads
/// nothing from standard input and has no other descriptors than standard output and errors.
int clinux_fork(void);

/// Calls a function on a new thread of 16 MiB of stack, and waits for it; what errno says when there
/// is no thread.
///
/// The thread that a fork copied is no place to work on: the language's runtime remembers its
/// parent's thread number there, and waits for ever for a lock that two threads want at once.
int clinux_call_on_thread(void (*body)(void *), void *context);

/// How many threads this process has; 0 when that cannot be said.
int clinux_thread_count(void);

/// Waits for a child's end.
int clinux_await(int process, clinux_ending *ending);

/// Waits for the end of the leader of a process group, kills what is left of the group, and says
/// how the leader ended. With `kill_first` the whole group is killed before.
int clinux_end_group(int process, int kill_first, clinux_ending *ending);

/// Removes a folder and the links and files in it; 0 also when there was none.
int clinux_remove_flat_folder(const char *path);

#endif
