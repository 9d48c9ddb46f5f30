// `mesa uplink`: does not exist before the copies are out. It has the signed records, read-only,
// and puts them on the medium of the hand-over; the lines to the centre are their own issue.
#include <fcntl.h>
#include <unistd.h>

#include "adapters/sandbox/sandbox.h"
#include "channel.h"
#include "place.h"

namespace sufragio::mesa {

namespace {

bool copy(int from, int to) {
  std::array<char, 65'536> part{};
  for (;;) {
    const ssize_t n = ::read(from, part.data(), part.size());
    if (n <= 0) return n == 0 && ::fsync(to) == 0;
    if (::write(to, part.data(), static_cast<std::size_t>(n)) != n) return false;
  }
}

}  // namespace

int run_uplink(const std::string& folder) {
  const int acta = ::open((folder + "/vaultd/records-a/acta.cose").c_str(), O_RDONLY | O_CLOEXEC);
  const int out = ::open((folder + "/handover/acta.cose").c_str(),
                         O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (acta < 0 || out < 0) {
    say("uplink", "acta=0");
    return 1;
  }
  const auto confined = adapters::confine({kUplinkUser, false, 0});
  if (!confined) return say_failure("uplink", confined.error());
  say("uplink", confined->text());
  if (!copy(acta, out)) return 1;
  say("uplink", "done");
  Channel control{kControl};
  while (control.receive()) {
  }
  return 0;
}

}  // namespace sufragio::mesa
