#ifndef CLINUX_JAIL_H
#define CLINUX_JAIL_H
// What keeps a worker from everything but its own assignment: Landlock, seccomp, limits.

#include <stdint.h>

/// The version of Landlock's interface that the kernel offers; 0 when there is none, with the cause
/// from errno.
int clinux_landlock_abi(int *cause);

/// Whether the kernel filters system calls.
int clinux_has_seccomp(void);

/// What a path in a jail is for.
enum {
  /// Files may be read, folders listed.
  CLINUX_JAIL_READ = 0,
  /// Files and folders may be made, read, changed and removed below it, and no links, pipes or
  /// devices.
  CLINUX_JAIL_WRITE = 1,
};

/// Begins a jail; its number is -1 where the kernel has no Landlock, and everything below then
/// leaves files as they are.
int clinux_jail_begin(int *jail);

/// Lets a path, a file or a folder, be used in the jail. A path that is not there is no error.
int clinux_jail_allow(int jail, const char *path, int use);

/// Shuts this process, which must have one thread, into the jail; nothing lifts it again.
///
/// From then on it can't gain privileges, make processes or sockets, run programs, signal or look
/// into others; what it may not do fails with EPERM or EACCES.
///
/// memory_bytes bounds the address space, file_bytes each file that is written; 0 leaves the bound
/// of memory as it is, and lets no file grow.
int clinux_jail_enter(int jail, uint64_t memory_bytes, uint64_t file_bytes);

/// Tries one of the things that a jail forbids.
///
/// Returns the name of what was tried, null behind the last. `result` is 0 when it went well, else
/// what errno says; -1 when this kernel or machine has no such thing. `others` is a file that is
/// none of the assignment's, `own` one that may be read and not written.
const char *clinux_jail_try(int index, const char *others, const char *own, int *result);

#endif
