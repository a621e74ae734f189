#ifndef CLINUX_H
#define CLINUX_H
// The system calls that Swift's Glibc module does not show. Unless said otherwise each returns what
// errno says, 0 when it went well, so that Swift need not read errno across a call.

#include <stdint.h>

/// Renames, but never over something that stands at `to`.
int clinux_rename_noreplace(const char *from, const char *to);

/// What statfs(2) says of a path: the magic number of linux/magic.h and the bytes still free.
int clinux_statfs(const char *path, uint32_t *magic, uint64_t *free_bytes);

/// A new inotify instance whose reads do not wait.
int clinux_inotify_open(int *descriptor);

/// Watches a folder for anything that adds, changes, moves or removes a name in it.
int clinux_inotify_watch(int descriptor, const char *path);

/// Whether a block of bytes read from inotify tells of a lost event.
int clinux_inotify_overflowed(const void *bytes, uint64_t count);

/// A pipe whose ends no other child inherits: the end to read, then the end to write.
int clinux_pipe(int *ends);

/// Has this process ended when its parent ends, so that no worker outlives its daemon.
int clinux_die_with_parent(void);

/// Limits the address space of this process, and forbids core dumps, which would hold a scan.
int clinux_limit(uint64_t memory_bytes);

/// The most memory that this process has held at once, in bytes.
uint64_t clinux_peak_memory(void);

#endif
