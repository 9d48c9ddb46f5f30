#include "bench/harness.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <fstream>

namespace sufragio::bench {

namespace {

std::string number(double value) {
  if (value >= 1000) return fmt::format("{:.0f}", value);
  return value >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.3f}", value);
}

std::string cpu_model() {
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "?";
}

}  // namespace

std::uint64_t now_ns(Time time) {
  timespec now{};
  clock_gettime(time == Time::cpu ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

void Report::gate(std::string_view id, std::string_view what, double measured, double physical,
                  double max_ratio, std::string_view unit) {
  const bool ok = measured <= max_ratio * physical;
  all_ok_ = all_ok_ && ok;
  rows_.push_back({std::string{id}, std::string{what}, fmt::format("{} {}", number(measured), unit),
                   fmt::format("{} {}", number(physical), unit),
                   fmt::format("{:.3f}", measured / physical), fmt::format("<= {:.2f}", max_ratio),
                   ok ? "ok" : "OVER"});
}

void Report::limit(std::string_view id, std::string_view what, double measured, double limit,
                   std::string_view unit) {
  const bool ok = measured <= limit;
  all_ok_ = all_ok_ && ok;
  rows_.push_back({std::string{id}, std::string{what}, fmt::format("{} {}", number(measured), unit),
                   "", "", fmt::format("<= {} {}", number(limit), unit), ok ? "ok" : "OVER"});
}

void Report::info(std::string_view what, double measured, std::string_view unit) {
  rows_.push_back(
      {"", std::string{what}, fmt::format("{} {}", number(measured), unit), "", "", "", ""});
}

void Report::print() const {
  fmt::print("{:<5} {:<58} {:>14} {:>14} {:>8} {:>12} {}\n", "id", "what", "measured", "physical",
             "ratio", "gate", "");
  for (const Row& row : rows_) {
    fmt::print("{:<5} {:<58} {:>14} {:>14} {:>8} {:>12} {}\n", row.id, row.what, row.measured,
               row.physical, row.ratio, row.bound, row.verdict);
  }
}

void print_machine() {
  const double gib = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                     static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0 * 1024.0);
#ifdef __OPTIMIZE__
  constexpr std::string_view kBuild = "optimised";
#else
  constexpr std::string_view kBuild = "NOT OPTIMISED: use the preset release";
#endif
  fmt::print("{}, {} cores, {:.1f} GiB; compiler {}; {}\n\n", cpu_model(),
             sysconf(_SC_NPROCESSORS_ONLN), gib, __VERSION__, kBuild);
}

}  // namespace sufragio::bench
