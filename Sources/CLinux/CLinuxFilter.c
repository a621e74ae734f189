#define _GNU_SOURCE
#include "CLinuxFilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no list of system calls for this architecture"
#endif

// What is not named fails with EPERM: sockets of any family, programs, processes, signals to
// others, ptrace and its relatives, mounts, namespaces, keys, bpf, io_uring, userfaultfd,
// perf_event_open; also links, pipes and devices in folders, and owners, modes, times and
// attributes of files, over which Landlock has no say.
//
// Calls that are always allowed cost nothing: since Linux 5.11 the kernel keeps them in a bitmap.
static const uint16_t allowed[] = {
    // Files.
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev,
    SYS_lseek, SYS_openat, SYS_close, SYS_close_range, SYS_fstat, SYS_newfstatat, SYS_statx,
    SYS_statfs, SYS_fstatfs, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64,
    SYS_getcwd, SYS_dup, SYS_dup3, SYS_mkdirat, SYS_unlinkat, SYS_renameat,
    SYS_renameat2, SYS_ftruncate, SYS_fallocate, SYS_fsync, SYS_fdatasync, SYS_sync_file_range,
    SYS_fadvise64, SYS_copy_file_range, SYS_flock, SYS_umask,
    // Memory.
    SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_msync, SYS_mincore,
    // Threads and waiting.
    SYS_futex, SYS_set_robust_list, SYS_get_robust_list, SYS_rseq, SYS_set_tid_address,
    SYS_membarrier, SYS_sched_yield, SYS_sched_getaffinity, SYS_sched_getparam,
    SYS_sched_getscheduler, SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_getcpu,
    SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_timerfd_create,
    SYS_timerfd_settime, SYS_ppoll, SYS_pselect6, SYS_pipe2, SYS_nanosleep, SYS_clock_nanosleep,
    SYS_restart_syscall, SYS_exit, SYS_exit_group,
    // Signals to itself.
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigsuspend, SYS_rt_sigpending,
    SYS_rt_sigtimedwait, SYS_sigaltstack,
    // Questions.
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_getrusage, SYS_getrlimit, SYS_times, SYS_uname, SYS_sysinfo, SYS_getrandom,
    SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
#ifdef __x86_64__
    // The older forms of calls above, which arm64 never had.
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_mkdir, SYS_rmdir,
    SYS_unlink, SYS_rename, SYS_poll, SYS_select, SYS_epoll_wait, SYS_pipe, SYS_time,
#endif
};

enum { capacity = 320 };

struct program {
  struct sock_filter steps[capacity];
  uint16_t count;
};

static void add(struct program *program, struct sock_filter step) {
  if (program->count < capacity) program->steps[program->count] = step;
  program->count++;
}

static void load(struct program *program, uint32_t offset) {
  add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void answer(struct program *program, uint32_t action) {
  add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/// Goes on for this call, and passes over `steps` for every other.
static void only_for(struct program *program, uint32_t call, uint8_t steps) {
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, steps));
}

// The low half of an argument; both architectures keep it first. The kernel itself reads only this
// half of the arguments that are looked at here.
static uint32_t low(int argument) {
  return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument);
}

static const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                   CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

static const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;

/// Allows a call whose argument, or the masked bits of it, has a value.
static void allow_where(
    struct program *program, uint32_t call, int argument, uint32_t mask, uint32_t value) {
  only_for(program, call, 5);
  load(program, low(argument));
  add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
  answer(program, SECCOMP_RET_ALLOW);
  answer(program, refused);
}

/// Refuses a call whose masked argument has a value.
static void refuse_where(
    struct program *program, uint32_t call, int argument, uint32_t mask, uint32_t value) {
  only_for(program, call, 5);
  load(program, low(argument));
  add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
  answer(program, refused);
  answer(program, SECCOMP_RET_ALLOW);
}

/// Allows the flags and locks of descriptors, but not that their news go to another process.
static void allow_fcntl(struct program *program) {
  only_for(program, SYS_fcntl, 6);
  load(program, low(1));
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, F_SETLKW, 1, 0));
  answer(program, SECCOMP_RET_ALLOW);
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_DUPFD_CLOEXEC, 0, 1));
  answer(program, SECCOMP_RET_ALLOW);
  answer(program, refused);
}

static void allow_some(struct program *program) {
  // Memory is never written and run.
  refuse_where(program, SYS_mmap, 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC);
  refuse_where(program, SYS_mprotect, 2, PROT_EXEC, PROT_EXEC);
  // Threads, no processes and no namespaces. Where the flags lie in memory no filter sees them:
  // glibc takes the older call when that one is not there.
  allow_where(program, SYS_clone, 0, CLONE_THREAD | namespaces, CLONE_THREAD);
  only_for(program, SYS_clone3, 1);
  answer(program, SECCOMP_RET_ERRNO | ENOSYS);
  // abort() is a signal to oneself, and limits are one's own.
  allow_where(program, SYS_tgkill, 0, ~0U, (uint32_t)getpid());
  allow_where(program, SYS_prlimit64, 0, ~0U, 0);
  allow_fcntl(program);
}

int clinux_install_filter(void) {
  struct program program = {.count = 0};
  load(&program, offsetof(struct seccomp_data, arch));
  add(&program,
      (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0));
  answer(&program, SECCOMP_RET_KILL_PROCESS);
  load(&program, offsetof(struct seccomp_data, nr));
  for (size_t index = 0; index < sizeof allowed / sizeof *allowed; index++) {
    only_for(&program, allowed[index], 1);
    answer(&program, SECCOMP_RET_ALLOW);
  }
  allow_some(&program);
  answer(&program, refused);
  if (program.count > capacity) return E2BIG;
  struct sock_fprog filter = {program.count, program.steps};
  // systemd's usual group of calls lacks seccomp(2); prctl does the same.
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 ? 0 : errno;
}
