// `mesa PROCESS FOLDER`: one of the processes of a voting machine, or the supervisor of them all.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "place.h"

int main(int argc, char** argv) {
  using namespace sufragio::mesa;
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::signal(SIGPIPE, SIG_IGN);
  if (words.size() >= 2) {
    if (words[0] == "authd") return run_authd(words[1]);
    if (words[0] == "boothd") return run_boothd(words[1]);
    if (words[0] == "vaultd") return run_vaultd(words[1]);
    if (words[0] == "uplink") return run_uplink(words[1]);
  }
  Outside outside;
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    const int fd = std::atoi(words[i + 1].c_str());
    if (words[i] == "--panel") outside.panel = fd;
    if (words[i] == "--screen") outside.screen = fd;
    if (words[i] == "--printer") outside.printer = fd;
  }
  if (words.size() >= 2 && words[0] == "supervise") return supervise(words[1], outside);
  std::fputs(
      "mesa supervise FOLDER [--panel FD] [--screen FD] [--printer FD]\n"
      "mesa authd|boothd|vaultd|uplink FOLDER    (started by the supervisor)\n",
      stderr);
  return 2;
}
