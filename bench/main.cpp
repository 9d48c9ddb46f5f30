// bench_sufragio [NAME...]: prints what was measured, what it must cost physically, and the gate.
// Exit code 1 when a gate is over, 2 for an unknown name.
#include "bench/benches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace {

using namespace sufragio::bench;

struct Entry {
  std::string_view name;
  void (*run)(Report&);
};

constexpr Entry kBenches[] = {
    {"crypto", bench_crypto},
    {"forensics", bench_forensics},
    {"import", bench_import},
    {"log", bench_log},
    {"machine", bench_machine},
    {"acta", bench_acta},
    {"audit", bench_audit},
    {"election", bench_election},
    {"night", bench_night},
    {"publish", bench_publish},
    {"walk", bench_walk},
    {"seats", bench_seats},
    {"extraction", bench_extraction},
    {"fingerprint", bench_fingerprint},
};

}  // namespace

int main(int argc, char** argv) {
  if ((argc == 2 || argc == 3) && std::string_view{argv[1]} == "share") {
    return share_of_processes(argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 0);
  }
  const std::vector<std::string_view> wanted(argv + 1, argv + argc);
  for (const std::string_view name : wanted) {
    if (std::ranges::any_of(kBenches, [&](const Entry& e) { return e.name == name; })) continue;
    fmt::print(stderr, "{}?", name);
    for (const Entry& entry : kBenches) fmt::print(stderr, " {}", entry.name);
    fmt::print(stderr, "\n");
    return 2;
  }
  print_machine();
  bool ok = true;
  for (const Entry& entry : kBenches) {
    if (!wanted.empty() && std::ranges::find(wanted, entry.name) == wanted.end()) continue;
    fmt::print("== {}\n", entry.name);
    Report report;
    entry.run(report);
    report.print();
    fmt::print("\n");
    ok = ok && report.all_ok();
  }
  return ok ? 0 : 1;
}
