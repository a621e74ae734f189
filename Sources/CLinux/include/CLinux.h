#ifndef CLINUX_H
#define CLINUX_H
// The system calls that Swift's Glibc module does not show. Unless said otherwise each returns what
// errno says, 0 when it went well, so that Swift need not read errno across a call.

#include <stdint.h>

#include "CLinuxJail.h"
#include "CLinuxLevel.h"
#include "CLinuxWorker.h"

/// Renames, but never over something that stands at `to`.
int clinux_rename_noreplace(const char *from, const char *to);

/// What statfs(2) says of a path: the magic number of linux/magic.h and the bytes still free.
int clinux_statfs(const char *path, uint32_t *magic, uint64_t *free_bytes);

/// The mount that a path lies on, links followed; 0 where the kernel does not tell. A rename does not
/// lead from one mount to another, even where both show one file system.
int clinux_mount(const char *path, uint64_t *mount);

/// A new inotify instance whose reads do not wait.
int clinux_inotify_open(int *descriptor);

/// Watches a folder for anything that adds, changes, moves or removes a name in it.
int clinux_inotify_watch(int descriptor, const char *path);

/// Whether a block of bytes read from inotify tells of a lost event.
int clinux_inotify_overflowed(const void *bytes, uint64_t count);

/// A pipe whose ends no other child inherits: the end to read, then the end to write.
int clinux_pipe(int *ends);

/// The most memory that this process has held at once, in bytes.
uint64_t clinux_peak_memory(void);

/// Who else has a hand on a file.
struct clinux_use {
  /// Where it lies: the magic number of linux/magic.h.
  uint32_t magic;
  /// 0 nobody has it open for writing, 1 someone has, 2 the kernel does not say.
  uint32_t writers;
  /// Whether a part of it was never written.
  uint32_t holes;
  /// How many names it has.
  uint64_t names;
};

/// Who else has a hand on a plain file; EINVAL when it is none. It never waits, whatever stands
/// there.
int clinux_use_of(const char *path, struct clinux_use *use);

#endif
