// What a jailed worker must not be able to do, tried one by one: see `restorad doctor`.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/CLinuxJail.h"

/// A file of somebody else, and one of the assignment's that may be read.
struct place {
  const char *others;
  const char *own;
};

static int outcome(long result) {
  if (result >= 0) return 0;
  return errno == ENOSYS || errno == EAFNOSUPPORT ? -1 : errno;
}

static int opened(const char *path, int flags) {
  int file = open(path, flags | O_CLOEXEC, 0600);
  int result = outcome(file);
  if (file >= 0) close(file);
  return result;
}

static const char *beside(const char *path, char *buffer) {
  snprintf(buffer, PATH_MAX, "%s.restorad-trial", path);
  return buffer;
}

// MARK: Files

static int read_others(struct place place) { return opened(place.others, O_RDONLY); }
static int write_others(struct place place) { return opened(place.others, O_WRONLY); }
static int list_others(struct place place) {
  (void)place;
  return opened("/", O_RDONLY | O_DIRECTORY);
}
static int make_beside_others(struct place place) {
  char path[PATH_MAX];
  int result = opened(beside(place.others, path), O_WRONLY | O_CREAT | O_EXCL);
  if (result == 0) unlink(path);
  return result;
}
static int change_mode_of_others(struct place place) {
  struct stat status;
  mode_t mode = stat(place.others, &status) == 0 ? status.st_mode & 07777 : 0600;
  return outcome(chmod(place.others, mode));
}
static int write_originals(struct place place) { return opened(place.own, O_WRONLY); }
static int make_beside_originals(struct place place) {
  char path[PATH_MAX];
  int result = opened(beside(place.own, path), O_WRONLY | O_CREAT | O_EXCL);
  if (result == 0) unlink(path);
  return result;
}
static int rename_originals(struct place place) {
  char path[PATH_MAX];
  int result = outcome(rename(place.own, beside(place.own, path)));
  if (result == 0) rename(path, place.own);
  return result;
}
static int make_link(struct place place) {
  char path[PATH_MAX];
  int result = outcome(symlink("/", beside(place.own, path)));
  if (result == 0) unlink(path);
  return result;
}
static int make_pipe_in_folder(struct place place) {
  char path[PATH_MAX];
  int result = outcome(mkfifo(beside(place.own, path), 0600));
  if (result == 0) unlink(path);
  return result;
}

// MARK: Talking

static int talk(int family, int type) {
  int descriptor = socket(family, type, 0);
  int result = outcome(descriptor);
  if (descriptor >= 0) close(descriptor);
  return result;
}
static int tcp(struct place place) { (void)place; return talk(AF_INET, SOCK_STREAM); }
static int udp(struct place place) { (void)place; return talk(AF_INET, SOCK_DGRAM); }
static int tcp6(struct place place) { (void)place; return talk(AF_INET6, SOCK_STREAM); }
static int local(struct place place) { (void)place; return talk(AF_UNIX, SOCK_DGRAM); }
static int netlink(struct place place) { (void)place; return talk(AF_NETLINK, SOCK_RAW); }
static int pair(struct place place) {
  (void)place;
  int ends[2];
  int result = outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  if (result == 0) {
    close(ends[0]);
    close(ends[1]);
  }
  return result;
}
static int inherited(struct place place) {
  (void)place;
  for (int number = STDERR_FILENO + 1; number < 1024; number++) {
    if (fcntl(number, F_GETFD) >= 0) return 0;
  }
  return EPERM;
}

// MARK: Processes

static int run_program(struct place place) {
  (void)place;
  char *const words[] = {"true", NULL};
  // In a process of its own where one can be had, since it is gone when that goes well.
  pid_t child = fork();
  if (child <= 0) {
    int result = outcome(execve("/bin/true", words, words + 1));
    if (child < 0) return result;
    _exit(result);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}
static int make_process(struct place place) {
  (void)place;
  pid_t child = fork();
  if (child == 0) _exit(0);
  int result = outcome(child);
  if (child > 0) waitpid(child, NULL, 0);
  return result;
}
static int signal_others(struct place place) { (void)place; return outcome(kill(getppid(), 0)); }
static int look_into_others(struct place place) {
  (void)place;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/environ", (int)getppid());
  int result = opened(path, O_RDONLY);
  // A service may be shown its own processes only.
  return result == ENOENT ? -1 : result;
}
static int trace_others(struct place place) {
  (void)place;
  return outcome(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
}
static int read_memory_of_others(struct place place) {
  (void)place;
  char byte;
  struct iovec mine = {&byte, 1}, theirs = {(void *)&make_process, 1};
  return outcome(process_vm_readv(getppid(), &mine, 1, &theirs, 1, 0));
}
static int raise_limits(struct place place) {
  (void)place;
  struct rlimit core = {RLIM_INFINITY, RLIM_INFINITY};
  return outcome(setrlimit(RLIMIT_CORE, &core));
}

// MARK: The system

static int mount_file_system(struct place place) {
  (void)place;
  return outcome(mount("none", "/proc/self/nowhere", "tmpfs", 0, NULL));
}
static int make_namespace(struct place place) {
  (void)place;
  return outcome(unshare(CLONE_NEWUSER));
}
static int load_bpf(struct place place) { (void)place; return outcome(syscall(SYS_bpf, 0, NULL, 0)); }
static int use_keys(struct place place) {
  (void)place;
  return outcome(syscall(SYS_keyctl, 0, -3, 0, 0, 0));
}
static int use_io_uring(struct place place) {
  (void)place;
  return outcome(syscall(SYS_io_uring_setup, 1, NULL));
}
static int use_userfaultfd(struct place place) {
  (void)place;
  return outcome(syscall(SYS_userfaultfd, 0));
}
static int use_perf_events(struct place place) {
  (void)place;
  return outcome(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
}
static int write_and_run_memory(struct place place) {
  (void)place;
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? errno : 0;
}

static const struct {
  const char *name;
  int (*attempt)(struct place);
} trials[] = {
    {"read another job's file", read_others},
    {"write another job's file", write_others},
    {"list folders outside", list_others},
    {"make a file outside", make_beside_others},
    {"change modes of files", change_mode_of_others},
    {"write an original", write_originals},
    {"make a file among the originals", make_beside_originals},
    {"rename an original", rename_originals},
    {"make a link", make_link},
    {"make a pipe in a folder", make_pipe_in_folder},
    {"open an IPv4 socket for streams", tcp},
    {"open an IPv4 socket for datagrams", udp},
    {"open an IPv6 socket", tcp6},
    {"open a Unix socket", local},
    {"open a netlink socket", netlink},
    {"open a pair of sockets", pair},
    {"use an inherited descriptor", inherited},
    {"run a program", run_program},
    {"make a process", make_process},
    {"signal another process", signal_others},
    {"look into another process", look_into_others},
    {"trace another process", trace_others},
    {"read another process's memory", read_memory_of_others},
    {"raise its limits", raise_limits},
    {"mount a file system", mount_file_system},
    {"make a namespace", make_namespace},
    {"load a BPF program", load_bpf},
    {"use the kernel's keys", use_keys},
    {"use io_uring", use_io_uring},
    {"use userfaultfd", use_userfaultfd},
    {"use performance events", use_perf_events},
    {"write memory and run it", write_and_run_memory},
};

const char *clinux_jail_try(int index, const char *others, const char *own, int *result) {
  if (index < 0 || (size_t)index >= sizeof trials / sizeof *trials) return NULL;
  struct place place = {others, own};
  *result = trials[index].attempt(place);
  return trials[index].name;
}
