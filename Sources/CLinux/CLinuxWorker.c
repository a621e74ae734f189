#define _GNU_SOURCE
#include "include/CLinuxWorker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/// The child at work, for the signal handler.
static volatile sig_atomic_t child_at_work;

/// The daemon asks for the end of an assignment: the child goes, and its parent tells how.
static void end_child(int number) {
  pid_t child = child_at_work;
  if (child > 0) {
    kill(child, SIGKILL);
  } else {
    _exit(128 + number);
  }
}

static void close_above(int last) {
  if (syscall(SYS_close_range, last + 1, ~0U, 0) == 0) return;
  struct rlimit files;
  long count = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 65536
                   ? (long)files.rlim_cur
                   : 65536;
  for (long number = last + 1; number < count; number++) close((int)number);
}

int clinux_begin_worker(int last_descriptor) {
  pid_t parent = getppid();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (getppid() != parent) return ESRCH;
  prctl(PR_SET_DUMPABLE, 0);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  close_above(last_descriptor);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = end_child;
  return sigaction(SIGTERM, &action, NULL) == 0 ? 0 : errno;
}

static void begin_child(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before that line.
  if (getppid() != parent) _exit(1);
  signal(SIGTERM, SIG_DFL);
  int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0) {
    close(STDIN_FILENO);
  } else {
    dup2(nothing, STDIN_FILENO);
  }
  close_above(STDERR_FILENO);
}

int clinux_fork(void) {
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &before);
  pid_t parent = getpid();
  pid_t child = fork();
  int cause = errno;
  if (child == 0) {
    begin_child(parent);
  } else if (child > 0) {
    child_at_work = child;
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return child < 0 ? -cause : child;
}

struct call {
  void (*body)(void *);
  void *context;
};

static void *make_call(void *argument) {
  struct call *call = argument;
  call->body(call->context);
  return NULL;
}

int clinux_call_on_thread(void (*body)(void *), void *context) {
  struct call call = {body, context};
  pthread_attr_t attributes;
  int code = pthread_attr_init(&attributes);
  if (code != 0) return code;
  pthread_t thread;
  code = pthread_attr_setstacksize(&attributes, 16 << 20);
  if (code == 0) code = pthread_create(&thread, &attributes, make_call, &call);
  pthread_attr_destroy(&attributes);
  return code == 0 ? pthread_join(thread, NULL) : code;
}

int clinux_thread_count(void) {
  DIR *tasks = opendir("/proc/self/task");
  if (!tasks) return 0;
  int count = 0;
  for (struct dirent *entry = readdir(tasks); entry; entry = readdir(tasks)) {
    if (entry->d_name[0] != '.') count++;
  }
  closedir(tasks);
  return count;
}

static uint64_t microseconds(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

/// Waits until a process has ended, and leaves it there.
static int await_end(pid_t process) {
  siginfo_t info;
  while (waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

static int reap(pid_t process, clinux_ending *ending) {
  int status;
  struct rusage usage;
  while (wait4(process, &status, 0, &usage) < 0) {
    if (errno != EINTR) return errno;
  }
  ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  ending->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  ending->cpu_microseconds = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
  ending->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
  return 0;
}

int clinux_await(int process, clinux_ending *ending) {
  int code = await_end(process);
  // From here on a SIGTERM finds no child: its number may belong to another process soon.
  child_at_work = 0;
  return code != 0 ? code : reap(process, ending);
}

int clinux_end_group(int process, int kill_first, clinux_ending *ending) {
  if (kill_first) kill(-process, SIGKILL);
  int code = await_end(process);
  if (code != 0) return code;
  // While its leader is not reaped the group's number belongs to nobody else.
  kill(-process, SIGKILL);
  return reap(process, ending);
}

int clinux_remove_flat_folder(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return errno == ENOENT ? 0 : errno;
  DIR *entries = fdopendir(folder);
  if (!entries) {
    close(folder);
    return ENOMEM;
  }
  for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) {
      unlinkat(folder, entry->d_name, 0);
    }
  }
  closedir(entries);
  return rmdir(path) == 0 ? 0 : errno;
}
