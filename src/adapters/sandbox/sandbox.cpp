#include "adapters/sandbox/sandbox.h"

#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "ports/codes.h"

namespace sufragio::adapters {

namespace {

// Sockets were made by the supervisor and are inherited; nobody makes another, and nobody becomes
// or looks into another process.
constexpr int kDenied[] = {SCMP_SYS(socket),
                           SCMP_SYS(socketpair),
                           SCMP_SYS(connect),
                           SCMP_SYS(bind),
                           SCMP_SYS(listen),
                           SCMP_SYS(accept),
                           SCMP_SYS(accept4),
                           SCMP_SYS(execve),
                           SCMP_SYS(execveat),
                           SCMP_SYS(ptrace),
                           SCMP_SYS(perf_event_open),
                           SCMP_SYS(process_vm_readv),
                           SCMP_SYS(bpf),
                           SCMP_SYS(process_vm_writev),
                           SCMP_SYS(kexec_load),
                           SCMP_SYS(mount),
                           SCMP_SYS(init_module),
                           SCMP_SYS(finit_module),
                           SCMP_SYS(unshare),
                           SCMP_SYS(setns),
                           SCMP_SYS(userfaultfd),
                           SCMP_SYS(io_uring_setup)};

bool load_filter() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return false;
  bool good = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  for (const int call : kDenied) {
    good &= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
  }
  good = good && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return good;
}

bool become(std::uint32_t user) {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(user, user, user) == 0 &&
         ::setresuid(user, user, user) == 0;
}

bool allow_locked(std::uint64_t bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return false;
  if (limit.rlim_cur >= bytes) return true;
  limit.rlim_cur = bytes;
  limit.rlim_max = limit.rlim_max < bytes ? bytes : limit.rlim_max;
  return ::setrlimit(RLIMIT_MEMLOCK, &limit) == 0;
}

}  // namespace

std::string Confined::text() const {
  const auto flag = [](const char* name, bool on) { return name + std::string{on ? "=1" : "=0"}; };
  return flag("user", own_user) + " " + flag("network", own_network) + " " +
         flag("memory", memory) + " " + flag("filter", filter);
}

void leave_network() {
  if (::geteuid() == 0) (void)::unshare(CLONE_NEWNET);
}

Result<Confined> confine(const Confinement& asked) {
  Confined out;
  const bool root = ::geteuid() == 0;
  const rlimit none{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
  out.memory = allow_locked(asked.locked_bytes);
  if (asked.own_network && root) out.own_network = ::unshare(CLONE_NEWNET) == 0;
  if (asked.user && root) out.own_user = become(*asked.user);
  // After the user: a change of it makes a process dumpable again.
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  out.filter = load_filter();
  if (!out.filter || (asked.user && root && !out.own_user)) return fail(ports::kNotConfined);
  return out;
}

}  // namespace sufragio::adapters
