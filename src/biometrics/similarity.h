#pragma once

#include <span>

#include "biometrics/prepare.h"

// The similarity of cylinders (docs/spec/fingerprints.md, part 4.4), 0 … 32768: the one loop worth
// the machine's wide registers. `portable` is the definition; the others give the same integers.
namespace sufragio::biometrics {

enum class Lanes : std::uint8_t { portable, avx2, avx512 };
[[nodiscard]] bool available(Lanes lanes);  // on this processor
[[nodiscard]] Lanes best_lanes();
[[nodiscard]] std::string_view name_of(Lanes lanes);  // "AVX-512", for reports

inline constexpr std::uint32_t kRankBits = 7;
// A similarity with the rank of its column, so that the largest is the first of the best:
// similarity << 7 | (127 - rank).
[[nodiscard]] inline std::uint32_t ranked(std::uint32_t similarity, std::uint32_t rank) {
  return similarity << kRankBits | (127 - rank);
}

struct Kernel {
  // Similarities of column `row` of `a` with all columns of `b` (padding too), in order of columns.
  void (*row)(const PrintView& a, std::size_t row, const PrintView& b, std::uint16_t* out);
  // The largest `ranked` of that row.
  std::uint32_t (*best)(const PrintView& a, std::size_t row, const PrintView& b);
};
[[nodiscard]] const Kernel& kernel_of(Lanes lanes);

}  // namespace sufragio::biometrics
