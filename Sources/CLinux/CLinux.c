#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <unistd.h>

int clinux_rename_noreplace(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 ? 0 : errno;
}

int clinux_statfs(const char *path, uint32_t *magic, uint64_t *free_bytes) {
  struct statfs info;
  if (statfs(path, &info) != 0) return errno;
  *magic = (uint32_t)info.f_type;
  *free_bytes = (uint64_t)info.f_bavail * (uint64_t)info.f_bsize;
  return 0;
}

int clinux_inotify_open(int *descriptor) {
  *descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return *descriptor < 0 ? errno : 0;
}

int clinux_inotify_watch(int descriptor, const char *path) {
  int watch = inotify_add_watch(
      descriptor, path,
      IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
          IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR);
  return watch < 0 ? errno : 0;
}

int clinux_inotify_overflowed(const void *bytes, uint64_t count) {
  const char *next = (const char *)bytes;
  const char *end = next + count;
  while (next + sizeof(struct inotify_event) <= end) {
    const struct inotify_event *event = (const struct inotify_event *)next;
    if (event->mask & IN_Q_OVERFLOW) return 1;
    next += sizeof(struct inotify_event) + event->len;
  }
  return 0;
}

int clinux_pipe(int *ends) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int clinux_die_with_parent(void) {
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : errno;
}

int clinux_limit(uint64_t memory_bytes) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  struct rlimit memory = {memory_bytes, memory_bytes};
  return setrlimit(RLIMIT_AS, &memory) == 0 ? 0 : errno;
}

uint64_t clinux_peak_memory(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}
