#include "prompt.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "codes.h"
#include "crypto/secrets.h"

namespace sufragio::app {

bool at_terminal() { return isatty(STDIN_FILENO) != 0; }

std::string ask(const Console& console, std::string_view key, bool hidden) {
  constexpr std::size_t kLongest = 4'096;
  console.note(key);
  termios before{};
  const bool silent = hidden && at_terminal() && tcgetattr(STDIN_FILENO, &before) == 0;
  if (silent) {
    termios without = before;
    without.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &without);
  }
  std::string out;
  out.reserve(kLongest);  // a growing string would leave its beginnings in memory
  char c = 0;
  while (out.size() < kLongest && read(STDIN_FILENO, &c, 1) == 1 && c != '\n') out.push_back(c);
  if (silent) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  return out;
}

void wipe(std::string& text) {
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

Result<void> choose_passphrase(const Console& console, std::string_view key, std::string& out) {
  out = ask(console, key, true);
  std::string again = ask(console, "ceremony.ask.passphrase-again", true);
  const bool same = again == out;
  wipe(again);
  if (same && out.size() >= kShortestPassphrase) return {};
  return fail(kWeakPassphrase, {{"least", std::to_string(kShortestPassphrase)}});
}

bool keep_secrets_in_memory() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  rlimit locked{};
  // Without this right a locked process could not even ask for the memory of Argon2id.
  const bool free = getrlimit(RLIMIT_MEMLOCK, &locked) == 0 &&
                    (locked.rlim_cur == RLIM_INFINITY || geteuid() == 0);
  return free && mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

}  // namespace sufragio::app
