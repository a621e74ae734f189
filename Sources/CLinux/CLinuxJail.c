#define _GNU_SOURCE
#include "include/CLinuxJail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinuxFilter.h"

// Landlock's interface by number: it is younger than the headers of the systems that this is built
// on. The same on every architecture. Source: linux/landlock.h of Linux 6.12.
enum { create_ruleset = 444, add_rule = 445, restrict_self = 446 };

enum {
  ll_write_file = 1 << 1,
  ll_read_file = 1 << 2,
  ll_read_folder = 1 << 3,
  ll_remove_folder = 1 << 4,
  ll_remove_file = 1 << 5,
  ll_make_folder = 1 << 7,
  ll_make_file = 1 << 8,
  ll_refer = 1 << 13,
  ll_truncate = 1 << 14,
};
enum { ll_bind_tcp_and_connect_tcp = 3, ll_scope_abstract_sockets_and_signals = 3 };

struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scope;
};
struct path_rule {
  uint64_t rights;
  int32_t folder;
} __attribute__((packed));

int clinux_landlock_abi(int *cause) {
  long version = syscall(create_ruleset, NULL, 0, 1U);
  *cause = version < 0 ? errno : 0;
  return version < 0 ? 0 : (int)version;
}

int clinux_has_seccomp(void) {
  // EFAULT says that the filter was missed, not the call: prctl(2).
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
}

/// All rights over files that a version of the interface knows.
static uint64_t known_rights(int abi) {
  int bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  return (1ULL << bits) - 1;
}

/// The rights that the jail which is being built handles.
static uint64_t handled_rights;

int clinux_jail_begin(int *jail) {
  int cause;
  int abi = clinux_landlock_abi(&cause);
  *jail = -1;
  if (abi < 1) return 0;
  handled_rights = known_rights(abi);
  struct ruleset rules = {handled_rights, 0, 0};
  if (abi >= 4) rules.network = ll_bind_tcp_and_connect_tcp;
  if (abi >= 6) rules.scope = ll_scope_abstract_sockets_and_signals;
  size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  *jail = (int)syscall(create_ruleset, &rules, size, 0U);
  if (*jail < 0) return errno;
  // libdispatch reads the state of its threads, which come and go, from /proc/TID/stat, and ends
  // the process when it may not. What is private there, memory, environment, descriptors, Landlock
  // shuts off for all processes outside the jail; names and states of others can be seen.
  return clinux_jail_allow(*jail, "/proc", CLINUX_JAIL_READ);
}

int clinux_jail_allow(int jail, const char *path, int use) {
  if (jail < 0) return 0;
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? 0 : errno;
  struct stat status;
  int code = fstat(place, &status) == 0 ? 0 : errno;
  uint64_t rights = ll_read_file;
  if (use == CLINUX_JAIL_WRITE) rights |= ll_write_file | ll_truncate;
  if (S_ISDIR(status.st_mode)) {
    rights |= ll_read_folder;
    if (use == CLINUX_JAIL_WRITE) {
      rights |= ll_remove_folder | ll_remove_file | ll_make_folder | ll_make_file | ll_refer;
    }
  }
  struct path_rule rule = {rights & handled_rights, place};
  if (code == 0 && syscall(add_rule, jail, 1, &rule, 0U) != 0) code = errno;
  close(place);
  return code;
}

/// Keeps of a superuser's capabilities only that files of other users can be read and written; of
/// an ordinary user's there are none.
static int drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  if (syscall(SYS_capget, &header, data) != 0) return errno;
  if (!(data[0].permitted | data[1].permitted)) return 0;
  uint32_t kept = data[0].permitted & (1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH);
  data[0] = (struct __user_cap_data_struct){data[0].effective & kept, kept, 0};
  data[1] = (struct __user_cap_data_struct){0, 0, 0};
  // systemd's filter may forbid even giving up; what is kept then the jail bounds all the same.
  return syscall(SYS_capset, &header, data) == 0 || errno == EPERM ? 0 : errno;
}

/// A process cannot be bounded in its number of children: that limit counts all processes of the
/// user. The filter of system calls lets none be made at all.
static int set_limits(uint64_t memory_bytes, uint64_t file_bytes) {
  struct rlimit none = {0, 0};
  struct rlimit files = {256, 256};
  struct rlimit file = {file_bytes, file_bytes};
  struct rlimit memory = {memory_bytes, memory_bytes};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_MEMLOCK, &none);
  setrlimit(RLIMIT_MSGQUEUE, &none);
  if (setrlimit(RLIMIT_NOFILE, &files) != 0) return errno;
  if (setrlimit(RLIMIT_FSIZE, &file) != 0) return errno;
  if (memory_bytes > 0 && setrlimit(RLIMIT_AS, &memory) != 0) return errno;
  return 0;
}

int clinux_jail_enter(int jail, uint64_t memory_bytes, uint64_t file_bytes) {
  int code = set_limits(memory_bytes, file_bytes);
  if (code == 0) code = drop_capabilities();
  if (code == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) code = errno;
  umask(027);
  prctl(PR_SET_DUMPABLE, 0);
  if (jail >= 0) {
    if (code == 0 && syscall(restrict_self, jail, 0U) != 0) code = errno;
    close(jail);
  }
  if (code == 0 && clinux_has_seccomp()) code = clinux_install_filter();
  return code;
}
