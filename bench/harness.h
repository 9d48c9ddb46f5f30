#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// A small harness: a gate is a ratio between what we measure and what the same work must physically
// cost on this machine, measured in the same run. So a gate holds on any machine.
namespace sufragio::bench {

enum class Time { cpu, wall };  // cpu: of this process, so that a busy machine disturbs less
[[nodiscard]] std::uint64_t now_ns(Time time);

// `calls` calls of `body` are one run.
template <typename F>
struct Timed {
  std::size_t calls;
  F body;
};
template <typename F>
Timed(std::size_t, F) -> Timed<F>;

template <typename F>
void run_once(Timed<F>& timed, Time time, double& best_us) {
  const std::uint64_t start = now_ns(time);
  for (std::size_t i = 0; i < timed.calls; ++i) timed.body();
  const double us =
      static_cast<double>(now_ns(time) - start) / 1000.0 / static_cast<double>(timed.calls);
  if (best_us == 0 || us < best_us) best_us = us;
}

// Interleaved: every round runs each of them once, after one round to warm up; the best of five, in
// µs per call.
template <typename... F>
std::array<double, sizeof...(F)> best_us(Time time, Timed<F>... timed) {
  constexpr int kRounds = 5;
  std::array<double, sizeof...(F)> best{};
  for (int round = 0; round <= kRounds; ++round) {
    if (round == 1) best.fill(0);
    std::size_t i = 0;
    (run_once(timed, time, best[i++]), ...);
  }
  return best;
}

// Keeps a value that nobody reads.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(&value) : "memory");
}

// Rows of the printed table.
class Report {
 public:
  // measured and physical in the same unit; ok when measured <= max_ratio × physical.
  void gate(std::string_view id, std::string_view what, double measured, double physical,
            double max_ratio, std::string_view unit = "µs");
  void limit(std::string_view id, std::string_view what, double measured, double limit,
             std::string_view unit);  // an absolute bound
  void info(std::string_view what, double measured, std::string_view unit = "µs");

  void print() const;
  [[nodiscard]] bool all_ok() const { return all_ok_; }

 private:
  struct Row {
    std::string id, what, measured, physical, ratio, bound, verdict;
  };
  std::vector<Row> rows_;
  bool all_ok_ = true;
};

void print_machine();  // CPU model, cores, memory, compiler, optimised or not

}  // namespace sufragio::bench
