#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

// What a process of the machine gives up before it hears the first message. libseccomp and Linux.
namespace sufragio::adapters {

struct Confinement {
  std::optional<std::uint32_t> user;  // becomes this uid and gid; only root can
  bool own_network = false;           // a network namespace without any interface; only root can
  std::uint64_t locked_bytes = 0;     // RLIMIT_MEMLOCK is raised to hold so many; only root can
};
struct Confined {  // what was possible
  bool own_user = false;
  bool own_network = false;
  bool memory = false;                     // so many bytes may be locked
  bool filter = false;                     // no socket, no exec, no ptrace: EPERM
  [[nodiscard]] std::string text() const;  // "user=1 network=1 memory=1 filter=1"
};

// Earlier than `confine`: threads that a library starts from here on are born without a network.
// Only root can; others keep theirs.
void leave_network();

// No core, not dumpable, no new privileges; then what `asked` says as far as this user may; at last
// the filter of system calls, for every thread that there is. F161 when the filter cannot be
// loaded: the process must not go on.
[[nodiscard]] Result<Confined> confine(const Confinement& asked);

}  // namespace sufragio::adapters
