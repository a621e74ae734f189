#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

int clinux_rename_noreplace(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 ? 0 : errno;
}

int clinux_mount(const char *path, uint64_t *mount) {
  struct statx info;
  if (statx(AT_FDCWD, path, 0, STATX_MNT_ID, &info) != 0) return errno;
  *mount = (info.stx_mask & STATX_MNT_ID) ? info.stx_mnt_id : 0;
  return 0;
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

uint64_t clinux_peak_memory(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

// 0 when nobody has the file open for writing, 1 when someone has, 2 when the kernel does not say.
static uint32_t writers_of(int file) {
  // Who opens it for writing in between waits for a moment; we are told by a signal that nobody
  // minds, since SIGIO would end us.
  fcntl(file, F_SETSIG, SIGURG);
  if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
    fcntl(file, F_SETLEASE, F_UNLCK);
    return 0;
  }
  return errno == EAGAIN ? 1 : 2;
}

int clinux_use_of(const char *path, struct clinux_use *use) {
  int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file < 0) return errno;
  struct stat info;
  struct statfs place;
  int code = fstat(file, &info) != 0 || fstatfs(file, &place) != 0 ? errno : 0;
  if (code == 0 && !S_ISREG(info.st_mode)) code = EINVAL;
  if (code == 0) {
    use->magic = (uint32_t)place.f_type;
    use->names = (uint64_t)info.st_nlink;
    use->writers = writers_of(file);
    off_t hole = lseek(file, 0, SEEK_HOLE);
    use->holes = hole >= 0 && hole < info.st_size;
  }
  close(file);
  return code;
}
